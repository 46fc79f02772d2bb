//! Listeners, the one list of mounted surfaces, and the graceful stop.

use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::{App as ActixApp, HttpServer, web};
use tokio::task::JoinSet;

use crate::app::{App, cores};
use crate::config::Settings;
use crate::{bench, control, gateway, oauth};

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
    #[error("cannot listen on {address}: {}", plainly(.source, *.door))]
    Bind {
        /// For what.
        door: Door,
        /// As it was configured.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// The address is beyond loopback.
    #[error(
        "refusing to listen on {0}, which other machines can reach: {reason}; add --open if that is meant",
        reason = .1.reason()
    )]
    BeyondLoopback(SocketAddr, Door),
}

/// What an address is listened on for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// The JSON API, the OAuth endpoints and the test bench.
    Main,
    /// Gateways.
    Gateway,
}

impl Door {
    fn flag(self) -> &'static str {
        match self {
            Self::Main => "--listen",
            Self::Gateway => "--gateway-listen",
        }
    }

    fn reason(self) -> &'static str {
        match self {
            Self::Main => "the control plane asks nobody for credentials",
            Self::Gateway => "an API for this machine alone may stand behind the gateway",
        }
    }
}

fn plainly(error: &io::Error, door: Door) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("the port is taken, perhaps by another poolpass; choose one with {}", door.flag())
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
        let mut listeners = Self::none();
        for address in &settings.listen {
            listeners.add(address, settings.open, Door::Main).or_else(|error| listeners.excuse(error, default))?;
        }
        Ok(listeners)
    }

    fn none() -> Self {
        Self { sockets: Vec::new(), addresses: Vec::new() }
    }

    /// A default address that this machine does not have is left out, unless it is the only one.
    fn excuse(&self, error: ListenError, default: bool) -> Result<(), ListenError> {
        match error {
            ListenError::Bind { source, .. }
                if default && !self.sockets.is_empty() && source.kind() != io::ErrorKind::AddrInUse =>
            {
                Ok(())
            }
            error => Err(error),
        }
    }

    fn add(&mut self, address: &str, open: bool, door: Door) -> Result<(), ListenError> {
        let failed = |source| ListenError::Bind { door, address: address.to_owned(), source };
        for mut resolved in address.to_socket_addrs().map_err(failed)? {
            if !open && !resolved.ip().is_loopback() {
                return Err(ListenError::BeyondLoopback(resolved, door));
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
        let mut server = HttpServer::new(factory).workers(workers.unwrap_or_else(half)).shutdown_timeout(5);
        server = server.keep_alive(KEEP_ALIVE);
        for socket in self.sockets {
            server = server.listen(socket)?;
        }
        Ok(started(server.disable_signals().run()))
    }

    /// Serves the test bench alone on these sockets, which needs no more than one thread.
    pub fn serve_bench(self, app: &App) -> io::Result<(Server, ServerHandle)> {
        let (bench, guard) = (web::Data::new(app.bench.clone()), app.guard.clone());
        let factory = move || ActixApp::new().app_data(bench.clone()).app_data(guard.clone()).configure(bench::routes);
        let mut server = HttpServer::new(factory).workers(1).shutdown_timeout(5);
        for socket in self.sockets {
            server = server.listen(socket)?;
        }
        Ok(started(server.disable_signals().run()))
    }
}

/// The sockets of the gateways.
pub struct GatewayListeners {
    listeners: Listeners,
    by_name: BTreeMap<String, Vec<SocketAddr>>,
}

impl GatewayListeners {
    /// Binds every address once, however many gateways share it.
    pub fn bind<'a>(wanted: impl IntoIterator<Item = &'a String>, settings: &Settings) -> Result<Self, ListenError> {
        let default = settings.gateway_listen == Settings::default().gateway_listen;
        let mut this = Self { listeners: Listeners::none(), by_name: BTreeMap::new() };
        for name in wanted {
            if this.by_name.contains_key(name) {
                continue;
            }
            let before = this.listeners.addresses.len();
            let added = this.listeners.add(name, settings.open, Door::Gateway);
            added.or_else(|error| this.listeners.excuse(error, default && settings.gateway_listen.contains(name)))?;
            let bound = this.listeners.addresses.get(before..).unwrap_or_default().to_vec();
            this.by_name.insert(name.clone(), bound);
        }
        Ok(this)
    }

    /// Binds a free port of 127.0.0.1 for each address, whatever it says.
    pub fn anywhere<'a>(wanted: impl IntoIterator<Item = &'a String>) -> Result<Self, ListenError> {
        let mut this = Self { listeners: Listeners::none(), by_name: BTreeMap::new() };
        for name in wanted {
            if !this.by_name.contains_key(name) {
                let mut free = Listeners::none();
                free.add("127.0.0.1:0", false, Door::Gateway)?;
                this.by_name.insert(name.clone(), free.addresses);
                this.listeners.sockets.extend(free.sockets);
            }
        }
        Ok(this)
    }

    /// What each address is bound as.
    pub fn bound(&self) -> &BTreeMap<String, Vec<SocketAddr>> {
        &self.by_name
    }

    /// Serves the gateways on these sockets until the server is stopped; nothing if there are none.
    pub fn serve(self, app: &App, workers: Option<usize>) -> io::Result<Option<(Server, ServerHandle)>> {
        if self.listeners.sockets.is_empty() {
            return Ok(None);
        }
        let gateways = web::Data::new(app.gateways.clone());
        let factory = move || ActixApp::new().app_data(gateways.clone()).configure(gateway::serve::routes);
        let mut server = HttpServer::new(factory).workers(workers.unwrap_or_else(cores)).shutdown_timeout(5);
        // A client that has gone away waits for nothing: what was asked upstream for it ends.
        server = server.keep_alive(KEEP_ALIVE).h1_allow_half_closed(false);
        for socket in self.listeners.sockets {
            server = server.listen(socket)?;
        }
        Ok(Some(started(server.disable_signals().run())))
    }
}

/// Half the cores: what connections take is a fifth of what signatures take, and threads that wait for the same cores
/// only take turns more often.
fn half() -> usize {
    cores().div_ceil(2)
}

fn started(server: Server) -> (Server, ServerHandle) {
    let handle = server.handle();
    (server, handle)
}

/// Serves until the end comes or one of the servers fails, and then until the requests in hand are answered.
pub async fn run_until(
    running: impl IntoIterator<Item = (Server, ServerHandle)>,
    end: impl Future<Output = ()>,
) -> io::Result<()> {
    let (mut servers, mut handles) = (JoinSet::new(), Vec::new());
    for (server, handle) in running {
        servers.spawn(server);
        handles.push(handle);
    }
    tokio::select! {
        Some(ended) = servers.join_next() => return ended.map_err(io::Error::other)?,
        () = end => {}
    }
    // All are told before any is waited for.
    let stops: Vec<_> = handles.iter().map(|handle| handle.stop(true)).collect();
    for stop in stops {
        stop.await;
    }
    while let Some(ended) = servers.join_next().await {
        ended.map_err(io::Error::other)??;
    }
    Ok(())
}

/// Serves until all of the servers were stopped by their handles.
pub async fn run_all(running: impl IntoIterator<Item = (Server, ServerHandle)>) -> io::Result<()> {
    let mut servers: JoinSet<io::Result<()>> = JoinSet::new();
    for (server, _) in running {
        servers.spawn(server);
    }
    while let Some(ended) = servers.join_next().await {
        ended.map_err(io::Error::other)??;
    }
    Ok(())
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
