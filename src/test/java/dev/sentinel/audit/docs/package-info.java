/** Tests of the contract and its page. */
@NullMarked
package dev.sentinel.audit.docs;

import org.jspecify.annotations.NullMarked;
