import { fail, ok, type Result } from "../../../core/base/result";
import { invalidRequest, type ApiFailure, type ModelInfo } from "./wire";

/** The body that answers `GET /v1/models` (with `limit` and `after_id`) or `GET /v1/models/ID`. */
export function listModels(
  models: readonly ModelInfo[],
  path: string,
  query: URLSearchParams,
): Result<object, ApiFailure> {
  const id = path.slice("/v1/models/".length);
  if (id !== "") {
    const model = models.find((known) => encodeURIComponent(known.id) === id || known.id === id);
    return model ? ok(model) : fail({ status: 404, type: "not_found_error", message: `model: ${id}` });
  }
  const limit = Number(query.get("limit") ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    return fail(invalidRequest("limit: must be 1 to 1000"));
  }
  const from = models.findIndex((model) => model.id === query.get("after_id")) + 1;
  const data = models.slice(from, from + limit);
  const hasMore = from + limit < models.length;
  return ok({ data, has_more: hasMore, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null });
}
