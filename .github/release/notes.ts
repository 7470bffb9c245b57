/**
 * The notes of a release: its section of the changelog, and how to check what was downloaded. Pure.
 */
import { HOME_PAGE, REPOSITORY } from "../../lib/version.ts";

/**
 * The notes of a version.
 * @throws {Error} when the changelog has no section of it
 */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^(?=## )/m);
  const section = sections.find((text) => text.startsWith(`## ${version}\n`) || text.startsWith(`## ${version} `));
  if (section === undefined) {
    throw new Error(`Cannot write release notes: the changelog has no section '## ${version}'`);
  }
  const body = section.slice(section.indexOf("\n") + 1).trim();
  return `${body}

## Check what you downloaded

\`\`\`sh
sha256sum --check --ignore-missing SHA256SUMS
gh attestation verify anvil-sqlite-x86_64-linux.tar.gz --repo ${REPOSITORY}
\`\`\`

How to install: ${HOME_PAGE}#install
`;
}
