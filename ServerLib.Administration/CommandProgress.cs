namespace ServerLib.Administration;

/// <summary>How far a long command is.</summary>
/// <param name="Text">What it does, or has done, as a phrase.</param>
/// <param name="Share">The part that is done, 0 to 1; <see langword="null"/> if it is not known.</param>
/// <param name="Left">An estimate of the remaining time; <see langword="null"/> if it is not known.</param>
public sealed record CommandProgress(string Text, double? Share = null, TimeSpan? Left = null);
