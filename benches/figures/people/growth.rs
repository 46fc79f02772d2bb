//! What a hundred thousand users cost: nothing, it should be.

use std::path::Path;

use serde_json::json;

use crate::figures::{Bound, Figure, median};
use crate::load::{Connection, Request};
use crate::process::Server;
use crate::tokens::cpu_per_answer;

use super::sign_in::with_password;
use super::world::{ASKING, World, email, username};

const MANY: usize = 100_000;

/// Which of its requests are measured.
type Asked = fn(&Size) -> &[Request];

/// One of the two sizes: its server and what it is asked.
struct Size {
    server: Server,
    sign_ins: Vec<Request>,
    users: Vec<Request>,
    lists: Vec<Request>,
}

impl Size {
    fn start(folder: &Path, users: usize) -> Self {
        let world = World::prepare(folder, &format!("{users}"), users);
        let user = |number| {
            let body = json!({ "UserPoolId": world.client.pool, "Username": username(number) });
            Request::operation("AdminGetUser", &body.to_string())
        };
        let list = |number| {
            let filter = format!("email = \"{}\"", email(number));
            let body = json!({ "UserPoolId": world.client.pool, "Filter": filter });
            Request::operation("ListUsers", &body.to_string())
        };
        let size = Self {
            sign_ins: world.asking().map(|number| with_password(&world, number)).collect(),
            users: world.asking().map(user).collect(),
            lists: world.asking().map(list).collect(),
            server: world.serve(),
        };
        size.meet_everyone();
        size
    }

    fn meet_everyone(&self) {
        let mut connection = Connection::open(self.server.port);
        for request in self.sign_ins.iter().chain(&self.users).chain(&self.lists) {
            assert_eq!(connection.ask(request).0, 200);
        }
    }
}

/// Takes the figures of many users.
pub(super) fn measure(rounds: usize, folder: &Path) -> Vec<Figure> {
    let (many, few) = (Size::start(folder, MANY), Size::start(folder, ASKING));
    let asked: [(&str, Asked); 3] = [
        ("CPU per sign-in with a password", |size| &size.sign_ins),
        ("CPU per AdminGetUser", |size| &size.users),
        ("CPU per ListUsers by exact e-mail", |size| &size.lists),
    ];
    let mut ratios = asked.map(|_| Vec::new());
    for _ in 0..rounds {
        for ((_, requests), ratios) in asked.iter().zip(&mut ratios) {
            let cpu = |size: &Size| cpu_per_answer((&size.server, requests(size)), 16, 200).0;
            // The first of two is measured on a machine in another state than the second: so each is first once.
            let before = cpu(&many);
            let few = f64::midpoint(cpu(&few), cpu(&few));
            ratios.push(f64::midpoint(before, cpu(&many)) / few);
        }
    }
    let figure = |((what, _), values): ((&str, Asked), Vec<f64>)| Figure {
        what: format!("{what}, 100,000 users"),
        value: median(values),
        bound: Bound::AtMost(1.1),
        unit: "of the same with 100 users",
    };
    asked.into_iter().zip(ratios).map(figure).collect()
}
