using System.Security.Claims;
using ServerLib.Protocol;

namespace ServerLib.Messaging;

/// <summary>A method or an event handler, as the application has registered it.</summary>
internal sealed class CallDefinition
{
    /// <summary>Creates a definition.</summary>
    /// <param name="name">The name of the method or event.</param>
    /// <param name="isEvent">Whether it handles an event.</param>
    /// <param name="bind">Makes it callable. Throws if it does not fit the server's services.</param>
    /// <exception cref="ArgumentException">The name does not have 1 to 255 bytes.</exception>
    public CallDefinition(string name, bool isEvent, Func<IServiceProvider, CallMethod> bind)
    {
        CallName.ThrowIfInvalid(name);
        (Name, IsEvent, Bind) = (name, isEvent, bind);
    }

    public string Name { get; }

    public bool IsEvent { get; }

    public Func<IServiceProvider, CallMethod> Bind { get; }

    /// <summary>The roles that the caller must have: one of each set.</summary>
    public List<string[]> Roles { get; } = [];

    /// <summary>Whether the user of a connection may call it.</summary>
    public bool Allows(Connection from) => Roles.Count == 0 || Allows(from.User);

    /// <summary>The name in the log.</summary>
    public override string ToString() => IsEvent ? $"The event '{Name}'" : $"The call '{Name}'";

    private bool Allows(ClaimsPrincipal user) => Roles.TrueForAll(set => Array.Exists(set, user.IsInRole));
}
