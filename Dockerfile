# HEAVENS Quick-Look: one image for all roles; the command says which.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /heavens
COPY . .
RUN npm ci

FROM node:20.20.2-bookworm-slim
WORKDIR /heavens
COPY --from=build --chown=node:node /heavens /heavens
RUN mkdir /data && chown node:node /data
USER node
ENV NODE_ENV=production HEAVENS_DATA_DIR=/data
VOLUME /data
ENTRYPOINT ["node", "cli/bin/heavens.js"]
CMD ["up"]
