/**
 * Loads what an operator adds to the server: each folder of {@code PLUGINS_DIR} is a plugin, and its jars have a class
 * loader of their own. So a plugin brings its libraries in the versions that it needs, the class path of the server
 * stays small, and the archive of its classes stays valid.
 *
 * <p>A plugin implements an interface of the server, such as {@link dev.sentinel.audit.forward.DestinationType}, and
 * names the class in {@code META-INF/services}.
 */
@NullMarked
package dev.sentinel.audit.plugin;

import org.jspecify.annotations.NullMarked;
