/**
 * The process: {@link dev.sentinel.audit.Main} and the composition root {@link dev.sentinel.audit.Sentinel}, the only
 * place that knows every part.
 */
@NullMarked
package dev.sentinel.audit;

import org.jspecify.annotations.NullMarked;
