# Not exercised in CI: no container engine runs there. See docs/deploy.md.
FROM python:3.11-slim-bookworm
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
RUN useradd --create-home clientscope && mkdir /data && chown clientscope /data
USER clientscope
ENV CRM_HOME=/data
EXPOSE 8501
# Inside a container localhost is the container itself; publish the port to 127.0.0.1 only (compose.yaml does).
CMD ["python", "-m", "cli", "serve", "--server.address=0.0.0.0"]
