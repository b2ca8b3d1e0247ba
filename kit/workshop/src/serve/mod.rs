//! `cargo workshop`: the book on this machine, live.
//!
//! | file | what it does |
//! |---|---|
//! | `mod.rs` | starts everything, and stops it on Ctrl-C |
//! | `guard.rs` | turns away requests that another site's page could make |
//! | `key.rs` | `/-/key`: who may ask for more than pages |
//! | `site.rs` | the last good book, as files |
//! | `builder.rs` | builds the book, and again after an edit |
//! | `watch.rs` | notices edits |
//! | `scan.rs` | what the watched folders hold, for where no events come |
//! | `background.rs` | what is built after the page is up: widgets, snippets, the reference servers |
//! | `live.rs` | `/-/live`: tells open pages what changed |
//! | `compile.rs` | `/-/compile`: compiles a reader's edit of a snippet |
//! | `tunnel.rs` | `/-/wire`: from a page's WebSocket to a lab's server |
//! | `reference.rs` | the solutions' servers, as child processes |

mod background;
mod builder;
mod compile;
mod guard;
mod key;
mod live;
mod reference;
mod scan;
mod site;
mod tunnel;
mod watch;

#[cfg(test)]
mod tests;

use crate::process;
use crate::snippets::Compiler;
use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use anyhow::{Context, Result, anyhow};
use builder::Builder;
use guard::{HostName, OwnAddress};
use key::Key;
use live::Live;
use reference::References;
use site::Site;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::{io, thread};

/// The port unless `--port` says otherwise; mdBook's, too.
const PORT: u16 = 3000;

/// `cargo workshop [serve] [--port N] [--no-open] [--allow-host NAME …] [--poll]`: serves the
/// book until Ctrl-C.
pub fn run(root: &Path, mut args: lexopt::Parser) -> Result<()> {
    let mut port = PORT;
    let mut open = true;
    let mut allowed = Vec::new();
    let mut by = watch::By::Events;
    while let Some(arg) = args.next()? {
        match arg {
            lexopt::Arg::Long("port") => {
                let value = args.value()?;
                port = value.to_str().and_then(|text| text.parse().ok()).with_context(|| {
                    format!("`{}` is not a port: write a number up to 65535", value.display())
                })?;
            }
            lexopt::Arg::Long("no-open") => open = false,
            lexopt::Arg::Long("poll") => by = watch::By::Looking,
            lexopt::Arg::Long("allow-host") => {
                allowed.push(args.value()?.to_string_lossy().parse::<HostName>()?);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let listener = bind(port)?;
    let address = listener.local_addr()?;
    let others: Vec<String> = allowed.iter().map(|name| name.url(address.port())).collect();
    let parts = Parts::new(root, address.port(), allowed)?;
    let (jobs, wanted) = background::channel();
    let builder = Builder::new(root, &parts, jobs.clone());

    // Before the first page is asked for, so that it is there. Should it fail, the message is on
    // the terminal and in the page, and the next edit may put it right.
    builder.build();
    let _watcher = watch::start(root, builder.clone(), jobs, by)?;
    let url = format!("http://{address}/");
    println!("The workshop is open at {} (Ctrl-C stops it)", parts.key.address(&url));
    for other in others {
        println!("and, if that leads here, at {}", parts.key.address(&other));
    }
    if open {
        open_browser(parts.key.address_for_once(&url));
    }
    let references = Arc::clone(&parts.references);
    let compiler = Arc::clone(&parts.compiler);
    let background = background::Background::new(root, &parts, builder);
    process::own_groups();
    thread::spawn(move || background.run(wanted));

    let served = actix_web::rt::System::new()
        .block_on(async { server(listener, Arc::new(tunnel::yours), parts)?.await });
    process::end();
    compiler.close();
    references.stop();
    served.context("the server stopped")
}

/// What the server's handlers share.
#[derive(Clone)]
struct Parts {
    own: Arc<OwnAddress>,
    key: Arc<Key>,
    site: Arc<Site>,
    live: Arc<Live>,
    compiler: Arc<Compiler>,
    references: Arc<References>,
}

impl Parts {
    fn new(root: &Path, port: u16, allowed: Vec<HostName>) -> Result<Parts> {
        Ok(Parts {
            own: Arc::new(OwnAddress::new(port, allowed)),
            key: Arc::new(Key::new(port).context("no random numbers for a key")?),
            site: Arc::new(Site::new(root, port)),
            live: Arc::new(Live::default()),
            compiler: Arc::new(Compiler::new(root)?),
            references: Arc::new(References::new(root)),
        })
    }
}

/// The server, which runs when it is awaited. `yours` is where the attendee's own ones listen.
fn server(listener: TcpListener, yours: tunnel::Yours, parts: Parts) -> io::Result<Server> {
    let turn = web::Data::new(compile::Turn::default());
    let tunnels = web::Data::new(tunnel::Tunnels::new(yours));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::from(Arc::clone(&parts.own)))
            .app_data(web::Data::from(Arc::clone(&parts.key)))
            .app_data(turn.clone())
            .app_data(tunnels.clone())
            .app_data(web::Data::from(Arc::clone(&parts.site)))
            .app_data(web::Data::from(Arc::clone(&parts.live)))
            .app_data(web::Data::from(Arc::clone(&parts.compiler)))
            .app_data(web::Data::from(Arc::clone(&parts.references)))
            .wrap(from_fn(guard::guard))
            .service(
                web::scope("/-")
                    .route("/live", web::get().to(live::connect))
                    .service(key::resource())
                    .service(compile::resource())
                    .route("/wire/{lab}/{server}", web::get().to(tunnel::connect)),
            )
            .default_service(web::to(site::page))
    });
    // A browser that closes its half of a connection has left; who it waited for may stop.
    let server = server.h1_allow_half_closed(false);
    // At the end of a WebSocket a browser waits until we close the connection, and we would wait for
    // the browser: a tunnel's end would come a second too late.
    let server = server.client_disconnect_timeout(Duration::ZERO);
    // A page holds its WebSocket open for as long as it is shown: stopping doesn't wait for it.
    Ok(server.workers(2).shutdown_timeout(1).listen(listener)?.run())
}

/// Listens on loopback only: other machines can't reach it.
fn bind(port: u16) -> Result<TcpListener> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            let see = if cfg!(windows) {
                format!("netstat -ano | findstr :{port}")
            } else {
                format!("lsof -i :{port}")
            };
            let other = if port == u16::MAX { PORT } else { port + 1 };
            anyhow!(
                "port {port} is taken, perhaps by an earlier `cargo workshop`: \
                 `{see}` shows by what, and `cargo workshop --port {other}` chooses another"
            )
        }
        ErrorKind::PermissionDenied => anyhow!(
            "port {port} is not for ordinary users: choose another, as in `cargo workshop --port {PORT}`"
        ),
        _ => anyhow!("can't listen on {address}: {error}"),
    })
}

/// On a thread of its own, since some systems wait for the browser to come up.
fn open_browser(url: String) {
    thread::spawn(move || {
        if opener::open(&url).is_err() {
            println!("No browser could be opened from here: open that address yourself");
        }
    });
}
