using System.Diagnostics.CodeAnalysis;

namespace ServerLib.Administration.Commands;

/// <summary>The parsed argument of <c>ban</c>.</summary>
/// <param name="Target">The text of the target.</param>
/// <param name="Duration">How long the ban lasts; <see langword="null"/> if it does not end.</param>
/// <param name="Reason">The reason; empty if none is given.</param>
internal sealed record BanArguments(string Target, TimeSpan? Duration, string Reason)
{
    private const int MaxReason = 200;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_525);

    public static bool TryParse(
        string argument, string usage, [NotNullWhen(true)] out BanArguments? arguments, [NotNullWhen(false)] out string? problem)
    {
        arguments = null;
        problem = usage;
        string[] words = CommandContext.Words(argument, 2);
        string reason = words.Length > 1 ? words[1] : "";
        if (words is not [var target, ..] || target.StartsWith('-') || reason.StartsWith("--", StringComparison.Ordinal))
            return false;

        TimeSpan? duration = null;
        if (reason.TrimStart('-') is [>= '0' and <= '9', ..])
        {
            string[] parts = CommandContext.Words(reason, 2);
            problem = $"{parts[0]} is not a duration such as 90s, 30m, 12h, 7d or 2w; {usage}";
            if (!DurationText.TryParse(parts[0], out TimeSpan parsed) || parsed <= TimeSpan.Zero || parsed > Longest)
                return false;
            duration = parsed;
            reason = parts.Length > 1 ? parts[1] : "";
        }

        problem = $"the reason is longer than {MaxReason} characters";
        if (reason.Length > MaxReason)
            return false;
        arguments = new BanArguments(target, duration, reason);
        problem = null;
        return true;
    }
}
