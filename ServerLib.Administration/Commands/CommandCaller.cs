using ServerLib.Auditing;
using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>Who asks for a command to be run.</summary>
/// <param name="Name">The admin's alias, or <c>console</c>.</param>
/// <param name="Address">His address; empty on the console.</param>
internal sealed record CommandCaller(string Name, string Address)
{
    /// <summary>Whoever types on the server's own console.</summary>
    public static CommandCaller Console { get; } = new(ActorNames.Console, "");

    /// <summary>Whether it is a user's own connection.</summary>
    public bool Is(string name) => this != Console && UserName.Same(Name, name);
}
