namespace ServerLib.Administration.Commands;

/// <summary>A line that was parsed by <see cref="CommandParser"/>.</summary>
/// <param name="Command">The command; <see langword="null"/> if there is none of that name.</param>
/// <param name="Argument">The text after the command's name, without <c>--json</c>.</param>
/// <param name="AsJson">Whether JSON is requested instead of text.</param>
/// <param name="Problem">Why the line cannot be run; <see langword="null"/> if it can.</param>
internal sealed record ParsedLine(IAdminCommand? Command, string Argument, bool AsJson, string? Problem)
{
    public static ParsedLine Empty { get; } = new(null, "", AsJson: false, Problem: null);

    public bool IsEmpty => ReferenceEquals(this, Empty);
}
