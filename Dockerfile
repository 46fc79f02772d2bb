# The build needs nothing but what `cargo build --release` needs: Rust and a C compiler, both in this image.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /build
COPY . .
RUN cargo build --release --locked --bin poolpass

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin poolpass \
    && install --directory --owner=poolpass --group=poolpass --mode=0700 /data
COPY --from=build /build/target/release/poolpass /usr/local/bin/poolpass
# Whom a gateway trusts when it fetches the keys of an issuer elsewhere; the slim image trusts nobody.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
USER poolpass
WORKDIR /data
VOLUME /data
EXPOSE 7665
# The program asks itself: there is no curl in this image.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["poolpass", "health"]
ENTRYPOINT ["poolpass"]
# `--open` because the network of a container is its own: who can reach it is decided where the port is published.
CMD ["serve", "--listen", "0.0.0.0:7665", "--open", "--store", "redb:/data/poolpass.redb"]
