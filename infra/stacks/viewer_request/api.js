// The API's paths: the gateway behind takes requests for its own host only, so the caller's is said in another header.
function handler(event) {
  var request = event.request;
  request.headers["x-tracekeep-host"] = { value: request.headers.host.value };
  return request;
}
