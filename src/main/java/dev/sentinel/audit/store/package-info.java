/**
 * The port to where events are kept, and the questions that can be asked of it. Implementations live in sub-packages
 * and share no code but this contract; nothing here knows SQL or HTTP.
 */
@NullMarked
package dev.sentinel.audit.store;

import org.jspecify.annotations.NullMarked;
