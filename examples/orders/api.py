#!/usr/bin/env python3
"""A small API of orders, kept in memory. It asks nobody for a token: that is for whoever stands in front of it.

    python3 examples/orders/api.py [--port 8080]

It learns who asks from the headers that the gateway sets, and believes them. So it listens on 127.0.0.1 only: whoever
can reach it past the gateway can claim to be anybody.
"""

import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Lock
from urllib.parse import parse_qs, urlsplit

ORDERS = {"1": {"id": "1", "item": "tea", "owner": "somebody"}}
NUMBERS = count(2)
LOCK = Lock()
LONGEST_BODY = 64 * 1024


class Orders(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        match self.place():
            case ["health"]:
                self.answer(200, {"status": "up"})
            case ["orders"]:
                wanted = parse_qs(urlsplit(self.path).query).get("item")
                with LOCK:
                    found = [order for order in ORDERS.values() if not wanted or order["item"] in wanted]
                self.answer(200, {"orders": found, "asked_by": self.caller()})
            case ["orders", number]:
                with LOCK:
                    order = ORDERS.get(number)
                self.answer(200, order) if order else self.nothing()
            case _:
                self.nothing()

    def do_POST(self):
        body = self.body()
        if self.place() != ["orders"]:
            return self.nothing()
        if not isinstance(body, dict) or not isinstance(body.get("item"), str):
            return self.answer(400, {"message": 'an order is {"item": "…"}'})
        with LOCK:
            number = str(next(NUMBERS))
            ORDERS[number] = {"id": number, "item": body["item"], "owner": self.caller()}
        self.answer(201, ORDERS[number])

    def do_DELETE(self):
        match self.place():
            case ["orders", number]:
                with LOCK:
                    order = ORDERS.pop(number, None)
                self.answer(204) if order else self.nothing()
            case _:
                self.nothing()

    def place(self):
        """The segments of the path."""
        return urlsplit(self.path).path.split("/")[1:]

    def caller(self):
        """Whoever the gateway says it is."""
        return self.headers.get("X-User-Id") or "nobody"

    def parse_request(self):
        """Reads the body along with the head, or closes behind it: what is left of one would be the next request."""
        self.text = b""
        if not super().parse_request():
            return False
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal() or int(length) > LONGEST_BODY:
            self.close_connection = True
        else:
            self.text = self.rfile.read(int(length))
        return True

    def body(self):
        """The body as JSON, or nothing."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None

    def nothing(self):
        self.answer(404, {"message": "there is nothing here"})

    def answer(self, status, body=None):
        text = b"" if body is None else json.dumps(body).encode() + b"\n"
        self.send_response(status)
        if body is not None:
            self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, form, *arguments):
        pass


def main():
    parser = argparse.ArgumentParser(description="a small API of orders")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one")
    server = ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), Orders)
    print(f"orders at http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
