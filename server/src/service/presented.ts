import type { Evidence, Finding } from "../engine/finding.ts";
import type { Project } from "../resolve/index.ts";

/** Findings that still hold, with their reasons in other files where those stand now; the same array where none moved. */
export function presented(uri: string, findings: readonly Finding[], project: Project): readonly Finding[] {
  const present = (evidence: Evidence): Evidence =>
    evidence.at && evidence.at.uri !== uri ? project.present(evidence) : evidence;
  const isMoved = ({ because }: Finding): boolean =>
    because.some((each) => {
      const now = present(each);
      return now !== each && (now.at?.span.start !== each.at?.span.start || now.at?.line !== each.at?.line);
    });
  return findings.some(isMoved)
    ? findings.map((finding) => (isMoved(finding) ? { ...finding, because: finding.because.map(present) } : finding))
    : findings;
}
