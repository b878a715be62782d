# The project in a container, by the same set-up as everywhere. On a machine with Docker:
#   docker build --tag csdnet .
#   docker run --rm --publish 127.0.0.1:8888:8888 csdnet                    # JupyterLab: open the address that it prints
#   docker run --rm --volume csdnet-data:/home/node/csdnet/data csdnet npm run reproduce
# With an NVIDIA GPU and its container toolkit: --build-arg TENSORFLOW=cuda for the build, --gpus all for the run.

# What a machine needs before set-up; the development container ends here.
FROM node:22-bookworm-slim AS tools
# hadolint ignore=DL3008 -- Debian's stable release is pinned by the base image; its security fixes are wanted
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates g++ git python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*

FROM tools AS csdnet
ARG TENSORFLOW=cpu
ENV CSDNET_TENSORFLOW=$TENSORFLOW
USER node
WORKDIR /home/node/csdnet
COPY --chown=node:node . .
RUN npm run setup && npm cache clean --force && rm -rf /home/node/.cache
EXPOSE 8888
# Inside the container it must listen on all addresses to be reached; publish it to 127.0.0.1 as above. The token stays.
CMD ["npm", "start", "--", "--ip=0.0.0.0", "--port=8888", "--no-browser", "--no-watch"]
