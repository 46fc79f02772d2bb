//! Listeners, the one list of mounted surfaces, and the graceful stop.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::{App as ActixApp, HttpServer, web};

use crate::app::{App, cores};
use crate::config::Settings;
use crate::{bench, control, oauth};

/// How long a connection may be idle. Clients that keep theirs must find them open: a request on its way while the
/// server closes fails with a reset, which the AWS SDK for JavaScript reports as a time-out.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Sockets that are bound and not served yet: whoever connects now waits a little.
pub struct Listeners {
    sockets: Vec<TcpListener>,
    addresses: Vec<SocketAddr>,
}

/// Why an address cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address cannot be bound.
    #[error("cannot listen on {address}: {}", plainly(.source))]
    Bind {
        /// As it was configured.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// The address is beyond loopback.
    #[error(
        "refusing to listen on {0}, which other machines can reach: the control plane asks nobody for credentials; \
         add --open if that is meant"
    )]
    BeyondLoopback(SocketAddr),
}

fn plainly(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "the port is taken, perhaps by another poolpass; choose one with --listen".to_owned()
        }
        _ => error.to_string(),
    }
}

impl Listeners {
    /// Binds every address, in order. Where the first takes a free port (0), later zeros take the same.
    ///
    /// The default addresses are both faces of `localhost`; on a machine without IPv6 the second is left out.
    pub fn bind(settings: &Settings) -> Result<Self, ListenError> {
        let default = settings.listen == Settings::default().listen;
        let mut listeners = Self { sockets: Vec::new(), addresses: Vec::new() };
        for address in &settings.listen {
            match listeners.add(address, settings.open) {
                Err(ListenError::Bind { source, .. })
                    if default && !listeners.sockets.is_empty() && source.kind() != io::ErrorKind::AddrInUse => {}
                result => result?,
            }
        }
        Ok(listeners)
    }

    fn add(&mut self, address: &str, open: bool) -> Result<(), ListenError> {
        let failed = |source| ListenError::Bind { address: address.to_owned(), source };
        for mut resolved in address.to_socket_addrs().map_err(failed)? {
            if !open && !resolved.ip().is_loopback() {
                return Err(ListenError::BeyondLoopback(resolved));
            }
            if let (0, Some(first)) = (resolved.port(), self.addresses.first()) {
                resolved.set_port(first.port());
            }
            let socket = TcpListener::bind(resolved).map_err(failed)?;
            self.addresses.push(socket.local_addr().map_err(failed)?);
            self.sockets.push(socket);
        }
        Ok(())
    }

    /// The addresses that are bound.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The port of the first address.
    pub fn port(&self) -> u16 {
        self.addresses.first().map_or(0, SocketAddr::port)
    }

    /// Serves every surface on these sockets until the server is stopped.
    pub fn serve(self, app: &App, workers: Option<usize>) -> io::Result<(Server, ServerHandle)> {
        let app = app.clone();
        let factory = move || {
            let app = app.clone();
            ActixApp::new().configure(|config| mount(config, app))
        };
        let mut server = HttpServer::new(factory).workers(workers.unwrap_or_else(cores)).shutdown_timeout(5);
        server = server.keep_alive(KEEP_ALIVE);
        for socket in self.sockets {
            server = server.listen(socket)?;
        }
        let server = server.disable_signals().run();
        let handle = server.handle();
        Ok((server, handle))
    }
}

/// Serves until the end comes, and then until the requests in hand are answered.
pub async fn run_until((server, handle): (Server, ServerHandle), end: impl Future<Output = ()>) -> io::Result<()> {
    tokio::pin!(server);
    tokio::select! {
        ended = &mut server => return ended,
        () = end => {}
    }
    let ((), ended) = tokio::join!(handle.stop(true), server);
    ended
}

/// Runs what needs the runtime that servers run on.
pub fn block_on<F: Future>(work: F) -> F::Output {
    actix_web::rt::System::new().block_on(work)
}

/// Everything that is served.
fn mount(config: &mut web::ServiceConfig, app: App) {
    config
        .app_data(web::Data::new(app.control))
        .app_data(web::Data::new(app.oauth))
        .app_data(web::Data::new(app.bench))
        .app_data(app.guard)
        .configure(bench::routes)
        .configure(control::routes)
        .configure(oauth::routes)
        .default_service(web::to(control::elsewhere));
}
