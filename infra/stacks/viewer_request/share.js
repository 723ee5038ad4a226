// Files of shares: none of what was taken back, whatever was signed for it before. CloudFront has checked the signature.
import cf from "cloudfront";

var PATH = /^\/s\/([A-Za-z0-9-]+)\/[A-Za-z0-9-]+\/[A-Za-z0-9-]+([./][A-Za-z0-9-]+)*$/;
var DENIED = cf.kvs();

async function handler(event) {
  var path = PATH.exec(event.request.uri);
  if (path && !(await DENIED.exists(path[1]))) return event.request;
  return { statusCode: 403, statusDescription: "Forbidden", headers: { "cache-control": { value: "no-store" } } };
}
