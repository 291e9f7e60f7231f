import { render } from "preact";

render(<main>Calipso</main>, document.body);
