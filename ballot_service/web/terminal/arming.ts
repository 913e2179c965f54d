// Whose slip is it? The page begins anew after everyone, and the last slip may still lie before the camera. So a code
// counts only once the camera has seen none for a moment.

const CLEAR_MS = 800;

export class Arming {
  private clearSince: number | null = null;
  private isArmed = false;

  /** One picture's codes at a time `now`: what to do with them. */
  see(codes: readonly string[], now: number): "nothing" | "take-away" | "take" {
    if (codes.length > 0) {
      this.clearSince = null;
      return this.isArmed ? "take" : "take-away";
    }
    this.clearSince ??= now;
    if (now - this.clearSince >= CLEAR_MS) this.isArmed = true;
    return "nothing";
  }
}
