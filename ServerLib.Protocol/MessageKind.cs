namespace ServerLib;

/// <summary>What a client wants with a <see cref="Message"/>. Classic clients send <see cref="Room"/> only.</summary>
public enum MessageKind
{
    /// <summary>A message to everyone, or to the application.</summary>
    Room,

    /// <summary>A message to the user <see cref="Message.Name"/>.</summary>
    Direct,

    /// <summary>A message to the group <see cref="Message.Name"/>.</summary>
    Group,

    /// <summary>A request to the server. Its response has the same <see cref="Message.Id"/>.</summary>
    Request,

    /// <summary>The response to the server's request <see cref="Message.Id"/>.</summary>
    Response,

    /// <summary>The client wants to join the group <see cref="Message.Name"/>.</summary>
    Join,

    /// <summary>The client leaves the group <see cref="Message.Name"/>.</summary>
    Leave,

    /// <summary>The client asks for the users who are online, or for the members of the group <see cref="Message.Name"/>.</summary>
    Users,

    /// <summary>The client sends its public key, or changes the keys of its account, as JSON.</summary>
    Key,

    /// <summary>The client asks for the public key of <see cref="Message.Name"/>.</summary>
    KeyQuery,

    /// <summary>The client changes its password, as JSON.</summary>
    Password,

    /// <summary>The client, an admin, sends a command, as JSON.</summary>
    Command,

    /// <summary>The client asks for the keys of its account.</summary>
    SavedKeys,

    /// <summary>
    /// A call of the server's method <see cref="Message.Name"/>. Its response has the same <see cref="Message.Id"/>.
    /// </summary>
    Call,

    /// <summary>An event with the name <see cref="Message.Name"/>. It is not answered.</summary>
    Event,

    /// <summary>The client no longer waits for the response to its call <see cref="Message.Id"/>, which is sent nevertheless.</summary>
    Cancel,
}
