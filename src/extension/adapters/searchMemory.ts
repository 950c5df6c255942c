import type { SegmentBuilder } from "../../core/store/search/builder";
import { mergeSegments } from "../../core/store/search/merge";
import type { ByteSource } from "../../core/store/search/pages";
import { openSegment, type Segment } from "../../core/store/search/segment";
import { fastChecksum } from "./searchFiles";

/** A segment kept in memory. */
export function createMemorySegment(builder: SegmentBuilder, name: string): Segment {
  const pages: Uint8Array[] = [];
  const steps = builder.write(name, fastChecksum, (page) => pages.push(page.slice()));
  while (steps.next().done !== true);
  return openSegment(sourceOf(pages), name, fastChecksum);
}

/** One segment in memory that holds what several did. */
export function mergeInMemory(segments: readonly Segment[], name: string, keeps: (fileId: number) => boolean): Segment {
  const pages: Uint8Array[] = [];
  const steps = mergeSegments(segments, { name, checksum: fastChecksum, keeps, onPage: (page) => pages.push(page.slice()) });
  while (steps.next().done !== true);
  return openSegment(sourceOf(pages), name, fastChecksum);
}

function sourceOf(pages: readonly Uint8Array[]): ByteSource {
  const bytes = Buffer.concat(pages);
  return { sizeBytes: bytes.length, read: (offset, length) => Uint8Array.from(bytes.subarray(offset, offset + length)) };
}
