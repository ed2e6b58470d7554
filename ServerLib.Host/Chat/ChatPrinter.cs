using static ServerLib.TextSanitizer;

namespace ServerLib.Cli.Chat;

/// <summary>Formats received messages as lines that are safe for a terminal.</summary>
internal static class ChatPrinter
{
    public static string Line(ReceivedMessage message) => Escape(message.Kind switch
    {
        ReceivedKind.Message => message.Sender.Length == 0 ? message.Text : $"{message.Sender}: {message.Text}",
        ReceivedKind.Direct => $"{message.Sender} (to you): {message.Text}",
        ReceivedKind.Group => $"[{message.Group}] {message.Sender}: {message.Text}",
        ReceivedKind.Joined => $"* {message.Sender} joined{Where(message)}",
        ReceivedKind.Left => $"* {message.Sender} left{Where(message)}",
        ReceivedKind.Error => $"! {message.Text}{(message.About is { } about ? $" ({about})" : "")}",
        ReceivedKind.Disconnected => $"! {message.Text} Reconnecting...",
        _ => "* reconnected",
    });

    private static string Where(ReceivedMessage message) => message.Group is { } group ? $" {group}" : "";
}
