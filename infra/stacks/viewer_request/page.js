// The page's paths: its files as they are, and one document for every view. `FILES` is put in by cdn.py.
function handler(event) {
  var request = event.request;
  if (FILES.indexOf(request.uri) < 0) request.uri = "/index.html";
  return request;
}
