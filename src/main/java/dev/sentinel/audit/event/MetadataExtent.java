package dev.sentinel.audit.event;

/**
 * How large metadata is.
 *
 * @param bytes of UTF-8
 * @param depth nested levels
 * @param longestName bytes of the longest name as it is written, without quotes
 * @param longestText at least the bytes of the longest string as it is written, without quotes
 */
public record MetadataExtent(int bytes, int depth, int longestName, int longestText) {}
