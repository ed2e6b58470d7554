namespace ServerLib;

/// <summary>What a client asks for with a <see cref="Message"/>. A classic client sends nothing but <see cref="Room"/>.</summary>
public enum MessageKind
{
    /// <summary>Something for everyone, or for the application.</summary>
    Room,

    /// <summary>Something for the user <see cref="Message.Name"/>.</summary>
    Direct,

    /// <summary>Something for the group <see cref="Message.Name"/>.</summary>
    Group,

    /// <summary>A question to the server, to be answered under <see cref="Message.Id"/>.</summary>
    Request,

    /// <summary>The answer to a question of the server's, <see cref="Message.Id"/>.</summary>
    Response,

    /// <summary>The client wants to join the group <see cref="Message.Name"/>.</summary>
    Join,

    /// <summary>The client leaves the group <see cref="Message.Name"/>.</summary>
    Leave,

    /// <summary>The client asks who is on-line: everyone, or in the group <see cref="Message.Name"/>.</summary>
    Users,

    /// <summary>The client gives its public key, or changes the keys of its account, as JSON.</summary>
    Key,

    /// <summary>The client asks for the public key of <see cref="Message.Name"/>.</summary>
    KeyQuery,

    /// <summary>The client changes its password, as JSON.</summary>
    Password,

    /// <summary>The client, an admin, sends a command, as JSON.</summary>
    Command,

    /// <summary>The client asks for the keys of its own account.</summary>
    SavedKeys,
}
