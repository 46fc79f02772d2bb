//! Which headers go on, in both directions, and which are set on the way.
//!
//! actix-web and hyper stand on two generations of the same types: names and values are copied from one to the other.

use std::io::Write as _;

use actix_web::HttpRequest;
use actix_web::http::Version;
use actix_web::http::header as client;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::Passage;
use crate::gateway::header_name::{is_read_as, names_a_target};
use crate::gateway::method;

/// Headers of one connection only (RFC 9110, section 7.6.1), and those that count as such for every proxy.
const OF_A_CONNECTION: [&str; 10] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "http2-settings",
];

/// Headers that say how a request is to be read; they are told anew.
const OF_THE_MESSAGE: [&str; 3] = ["content-length", "expect", "host"];

/// Headers about the way of a request, which the gateway writes itself, or nobody.
const OF_THE_WAY: [&str; 6] =
    ["x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-prefix", "x-forwarded-proto", "forwarded"];

/// How many headers the gateway adds itself, at most.
const OWN: usize = 6;

/// How the end of a request's body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// There is no body.
    None,
    /// By its length.
    Length(u64),
    /// By its last chunk.
    Chunked,
    /// There is no body, and what follows speaks another protocol, if the upstream agrees.
    Upgrade,
}

impl Framing {
    /// Of a request, unless its headers contradict each other.
    ///
    /// The HTTP server has refused two lengths, a length beside chunks, and every other transfer coding.
    pub(super) fn of(request: &HttpRequest) -> Option<Self> {
        let headers = request.headers();
        let is_websocket = |value: &client::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"websocket");
        let websocket = headers.get_all(client::UPGRADE).any(is_websocket);
        let body = if headers.contains_key(client::TRANSFER_ENCODING) {
            Self::Chunked
        } else {
            match headers.get(client::CONTENT_LENGTH) {
                None => Self::None,
                Some(length) => match length.to_str().ok()?.trim().parse().ok()? {
                    0 => Self::None,
                    length => Self::Length(length),
                },
            }
        };
        let asked = || request.version() == Version::HTTP_11 && request.head().upgrade();
        match (websocket, body) {
            // The server reads a stream without end where WebSocket is named, whatever length is told beside it.
            (true, Self::Length(_) | Self::Chunked) => None,
            (true, _) if asked() => Some(Self::Upgrade),
            (_, body) => (request.method() != actix_web::http::Method::CONNECT).then_some(body),
        }
    }

    /// The length that is told in advance.
    pub(super) fn length(self) -> u64 {
        match self {
            Self::Length(length) => length,
            Self::None | Self::Chunked | Self::Upgrade => 0,
        }
    }
}

/// The headers that go upstream.
pub(super) fn outgoing(passage: Passage<'_>, request: &HttpRequest, framing: Framing) -> Option<HeaderMap> {
    let incoming = request.headers();
    let mut headers = HeaderMap::with_capacity(incoming.len() + passage.told.len() + OWN);
    headers.insert(header::HOST, passage.upstream.host.clone());
    pass_on(request, passage.own, &passage.told, &mut headers)?;
    if matches!(framing, Framing::Length(_) | Framing::Chunked) {
        // What an upstream leaves unread of a body would be its next request, and for no method is it known who reads bodies.
        // hyper never uses a connection again after this, whatever the upstream answers.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    match framing {
        Framing::Chunked => drop(headers.insert(header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"))),
        Framing::Length(length) => drop(headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length))),
        Framing::None if incoming.contains_key(client::CONTENT_LENGTH) => {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        Framing::None => {}
        Framing::Upgrade => {
            headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        }
    }
    tell_the_way(&mut headers, request)?;
    for (name, value) in passage.told {
        headers.append(name, value);
    }
    Some(headers)
}

/// The headers that an event tells a function: those that would go upstream, less what is about the way there.
pub(super) fn of_event(
    request: &HttpRequest,
    own: &[HeaderName],
    told: Vec<(HeaderName, HeaderValue)>,
    length: usize,
) -> Option<HeaderMap> {
    let incoming = request.headers();
    let mut headers = HeaderMap::with_capacity(incoming.len() + told.len() + OWN);
    pass_on(request, own, &told, &mut headers)?;
    tell_the_way(&mut headers, request)?;
    if let Some(host) = headers.remove(HOST) {
        headers.insert(header::HOST, host);
    }
    if length > 0 || incoming.contains_key(client::CONTENT_LENGTH) {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    for (name, value) in told {
        headers.append(name, value);
    }
    Some(headers)
}

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Copies the client's headers that go on.
fn pass_on(
    request: &HttpRequest,
    own: &[HeaderName],
    told: &[(HeaderName, HeaderValue)],
    headers: &mut HeaderMap,
) -> Option<()> {
    let incoming = request.headers();
    let named = Named::of(incoming.get_all(client::CONNECTION).map(client::HeaderValue::as_bytes));
    for (name, value) in incoming {
        let stays = match *name {
            // Length and end are told anew, the host is that of whoever is asked, and the server has answered `Expect`.
            client::HOST | client::CONTENT_LENGTH | client::EXPECT => true,
            client::ACCEPT | client::ACCEPT_ENCODING | client::AUTHORIZATION | client::USER_AGENT => {
                named.has(name.as_str())
            }
            _ => is_kept_back(name.as_str(), own, told) || named.has(name.as_str()),
        };
        if !stays {
            headers.append(name_of(name.as_str())?, HeaderValue::from_bytes(value.as_bytes()).ok()?);
        }
    }
    Some(())
}

/// Writes where the request came from. Only what is known of earlier hops is believed: for whom it is.
fn tell_the_way(headers: &mut HeaderMap, request: &HttpRequest) -> Option<()> {
    let mut hops = Vec::with_capacity(64);
    for earlier in request.headers().get_all("x-forwarded-for") {
        hops.extend_from_slice(earlier.as_bytes());
        hops.extend_from_slice(b", ");
    }
    if let Some(peer) = request.peer_addr() {
        write!(hops, "{}", peer.ip()).ok()?;
    }
    headers.insert(FOR, HeaderValue::from_maybe_shared(hyper::body::Bytes::from(hops)).ok()?);
    headers.insert(PROTO, HeaderValue::from_static("http"));
    headers.insert(PORT, HeaderValue::from(request.app_config().local_addr().port()));
    let authority = request.uri().authority().map(|authority| authority.as_str().as_bytes());
    let host = authority.or_else(|| request.headers().get(client::HOST).map(client::HeaderValue::as_bytes));
    if let Some(host) = host {
        headers.insert(HOST, HeaderValue::from_bytes(host).ok()?);
    }
    Some(())
}

/// Whether a header of the client's ends here, under whatever spelling an upstream could take for its name.
fn is_kept_back(name: &str, own: &[HeaderName], told: &[(HeaderName, HeaderValue)]) -> bool {
    OF_A_CONNECTION.iter().chain(&OF_THE_MESSAGE).chain(&OF_THE_WAY).any(|own| is_read_as(name, own))
        || method::is_override(name)
        || names_a_target(name)
        || own.iter().any(|own| is_read_as(name, own.as_str()))
        || told.iter().any(|(own, _)| is_read_as(name, own.as_str()))
}

/// The names that `Connection` makes headers of one connection.
struct Named<'a>(Vec<&'a [u8]>);

impl<'a> Named<'a> {
    fn of(values: impl Iterator<Item = &'a [u8]>) -> Self {
        let names = values.flat_map(|value| value.split(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
        Self(names.filter(|name| !name.eq_ignore_ascii_case(b"keep-alive")).collect())
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|named| named.eq_ignore_ascii_case(name.as_bytes()))
    }
}

/// Whether this header of an answer is about one connection, whose end and length the server here tells itself.
pub(super) fn is_of_a_connection(name: &str) -> bool {
    name == "content-length" || OF_A_CONNECTION.contains(&name)
}

/// Copies the headers of an answer that go on to the client.
pub(super) fn returned(answer: &HeaderMap, into: &mut client::HeaderMap) -> Option<()> {
    let named = Named::of(answer.get_all(header::CONNECTION).iter().map(HeaderValue::as_bytes));
    for (name, value) in answer {
        let name = name.as_str();
        if is_of_a_connection(name) || named.has(name) {
            continue;
        }
        let name = client::HeaderName::from_bytes(name.as_bytes()).ok()?;
        into.append(name, client::HeaderValue::from_bytes(value.as_bytes()).ok()?);
    }
    Some(())
}

fn name_of(name: &str) -> Option<HeaderName> {
    HeaderName::from_bytes(name.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connection_names_headers_in_any_case_and_over_several_lines() {
        let named = Named::of([b"close, X-One".as_slice(), b"x-two ,, KEEP-ALIVE"].into_iter());
        for (name, expected) in [("x-one", true), ("x-two", true), ("close", true), ("x", false)] {
            assert_eq!(named.has(name), expected, "{name}");
        }
    }
}
