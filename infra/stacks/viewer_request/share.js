// Files of shares: none of what was taken back or switched off, whatever was signed. CloudFront has checked the signature.
import cf from "cloudfront";
var crypto = require("crypto");

var PATH = /^\/s\/([A-Za-z0-9-]+)\/[A-Za-z0-9-]+\/[A-Za-z0-9-]+([./][A-Za-z0-9-]+)*$/;
var OWNED = /^([^-]+)-([0-9a-f]{12})([0-9a-f]{12})$/;
var FULL = 27;
var DENIED = cf.kvs();

// The workspaces and organizations that have sharing switched off: shared/store/edge.py writes them, 27 a key.
async function scopesOff() {
  var all = [];
  for (var page = 0; await DENIED.exists("off" + page); page++) {
    var some = (await DENIED.get("off" + page)).split(" ");
    all = all.concat(some);
    if (some.length < FULL) break;
  }
  return all;
}

async function isOff(share) {
  var owned = OWNED.exec(share);
  if (!owned) return false;
  return (await scopesOff()).some((scope) => {
    var tag = crypto.createHash("sha256").update(owned[1] + " " + scope).digest("hex").slice(0, 12);
    return tag === owned[2] || tag === owned[3];
  });
}

async function handler(event) {
  var path = PATH.exec(event.request.uri);
  if (path && !(await DENIED.exists(path[1])) && !(await isOff(path[1]))) return event.request;
  return { statusCode: 403, statusDescription: "Forbidden", headers: { "cache-control": { value: "no-store" } } };
}
