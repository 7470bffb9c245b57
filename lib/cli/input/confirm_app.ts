/**
 * Asks for the app's name before anything is written to it: a user who has the wrong app in mind types the wrong name.
 */
import { AnvilSqliteError } from "../../errors.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import type { Surroundings } from "../model/command.ts";

/**
 * Asks for the name, and resolves when it was typed.
 * @throws {AnvilSqliteError} `not-confirmed` (exit 2) when it was not, or nobody is there to type it
 */
export async function confirmApp(
  { askLine }: Pick<Surroundings, "askLine">,
  app: string,
  what: string,
): Promise<void> {
  const answer = await askLine(`This app will ${what}. Type its name, ${plainText(app)}, to go on:`);
  if (answer === app) return;
  throw new AnvilSqliteError(answer === null ? "Nobody is there to agree" : "Not confirmed; nothing was written", {
    code: "not-confirmed",
    hint: answer === null ? "Give --yes to go on without being asked." : `The name to type was: ${app}`,
  });
}
