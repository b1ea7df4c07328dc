# syntax=docker/dockerfile:1
FROM maven:3.9.11-eclipse-temurin-17 AS build
WORKDIR /src
COPY pom.xml ./
COPY .mvn .mvn
COPY src src
# The builder caches the dependencies, because they change less often than the sources.
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp -q -DskipTests package

FROM eclipse-temurin:25.0.1_8-jre AS server
RUN useradd --system --uid 10001 --home-dir /data sentinel && install -d -o sentinel -g sentinel -m 700 /data /signer
WORKDIR /opt/sentinel
COPY bin bin
COPY conf conf
COPY --from=build /src/target/sentinel-audit.jar target/
COPY --from=build /src/target/lib target/lib
RUN bin/sentinel archive
# Loopback is not reachable from outside the container. Publish the port only where it is protected.
ENV HOST=0.0.0.0 DATA_DIR=/data
USER sentinel
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["bin/healthcheck"]
ENTRYPOINT ["bin/start"]

# With the plugin for Kafka, which is 20 MB: docker build --target kafka
FROM server AS kafka
COPY --from=build /src/target/plugins/kafka plugins/kafka
ENV PLUGINS_DIR=/opt/sentinel/plugins

# With the plugin for AWS, which is 14 MB: docker build --target aws
FROM server AS aws
COPY --from=build /src/target/plugins/aws plugins/aws
ENV PLUGINS_DIR=/opt/sentinel/plugins

# Without plugins.
FROM server
