// The secret is behind the '#' of the address: browsers do not send it, so it is in no log.
const form = document.getElementById("form");
const said = document.getElementById("said");

function end(text) {
    form.hidden = true;
    document.getElementById("what").textContent = text;
    said.textContent = "";
}

form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    if (fields.get("password") !== fields.get("again")) {
        said.textContent = "The two passwords differ.";
        return;
    }
    said.textContent = "";
    try {
        const answer = await fetch("/api/v1/setup", {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({
                secret: decodeURIComponent(location.hash.slice(1)),
                name: fields.get("name"),
                password: fields.get("password"),
            }),
        });
        if (answer.ok)
            end(`${fields.get("name")} is the administrator, and signed in.`);
        else
            said.textContent = (await answer.json()).detail;
    } catch {
        said.textContent = "The server does not answer.";
    }
});

fetch("/api/v1/setup").then((answer) => answer.json()).then((setup) => {
    if (!setup.needed)
        end("There is an administrator already.");
    else if (location.hash.length < 2)
        end("This needs the whole link that the server printed when it started.");
}).catch(() => {});
