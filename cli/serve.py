"""``serve``: start the app."""

import typer

from cli.app import app


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def serve(ctx: typer.Context) -> None:
    """Start the app on http://localhost:8501; takes the options of `streamlit run`."""
    from ui.server import serve as run

    run(ctx.args)
