"""What commands say of experiments whose sizes are not as planned, or were never planned."""

BROKEN = "arms are not of the planned sizes, so the experiment is left out until the cause is found"
UNCHECKED = "sizes of the arms not checked: no plan was locked before the first assignment"
