import { openSearch } from "../app/overlays";
import { Button, ButtonLink } from "../parts/Button";
import { getStarted as texts } from "../texts";
import "./get-started.css";

/** Where each step is done, as far as that is one screen. */
const paths: readonly (string | null)[] = ["/add-environment", "/", null, null, "/schedules"];
const SEARCH = 2;

export function GetStarted() {
    return (
        <div class="screen is-narrow">
            <header class="screen-head">
                <div class="screen-title">
                    <h1>{texts.title}</h1>
                    <p class="dim">{texts.what}</p>
                </div>
            </header>
            <ol class="get-started">
                {texts.steps.map((step, i) => <Step key={step.title} number={i + 1} step={step} path={paths[i] ?? null} />)}
            </ol>
            <section class="card stack" aria-labelledby="get-started-commands">
                <h2 id="get-started-commands">{texts.links}</h2>
                <p class="dim">{texts.linksText}</p>
                <dl class="get-started-commands">
                    {texts.commands.map(([command, what]) => (
                        <div key={command}>
                            <dt><code>{command}</code></dt>
                            <dd>{what}</dd>
                        </div>
                    ))}
                </dl>
            </section>
        </div>
    );
}

interface StepProps {
    number: number;
    step: { title: string; text: string };
    path: string | null;
}

function Step({ number, step, path }: StepProps) {
    return (
        <li class="card get-started-step">
            <span class="get-started-number" aria-hidden="true">{number}</span>
            <div class="stack">
                <h2>{step.title}</h2>
                <p>{step.text}</p>
                <div class="row">
                    {path && <ButtonLink to={path}>{texts.open}</ButtonLink>}
                    {number === SEARCH + 1 && <Button onClick={openSearch}>{texts.open}</Button>}
                </div>
            </div>
        </li>
    );
}
