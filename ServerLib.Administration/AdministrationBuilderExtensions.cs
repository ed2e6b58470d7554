using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ServerLib;
using ServerLib.Administration;
using ServerLib.Administration.Commands;
using ServerLib.Administration.Sockets;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the admin commands to a server.</summary>
public static class AdministrationBuilderExtensions
{
    /// <summary>
    /// Adds the admin commands. Admins can then send them over their own connections, and programs on the server's machine over the admin
    /// socket. The application can run them with <see cref="AdminCommandRunner"/>, for example for a console.
    /// </summary>
    /// <param name="builder">The server.</param>
    /// <param name="configure">
    /// Changes the options of this server's commands. Default no changes. With several calls, all changes apply.
    /// </param>
    public static IServerLibBuilder AddAdministration(this IServerLibBuilder builder, Action<AdministrationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<AdministrationOptions>();
        if (configure is not null)
            builder.Services.Configure(builder.Name, configure);
        if (builder.Name.Length > 0)
            builder.Use(services => Options.Options.Create(services.GetRequiredService<IOptionsMonitor<AdministrationOptions>>().Get(builder.Name)));
        return builder
            .Use<ICommandHandler, ConnectionCommands>()
            .Use(services => new AdminCommandRunner(
                [.. AdminCommands.Create(), .. services.GetServices<AdminCommand>()],
                services,
                services.GetRequiredService<ILogger<AdminCommandRunner>>()))
            .AddHostedService<AdminSocket>();
    }

    /// <summary>
    /// Adds a command of the application. It appears in the help and completion, and works on the command line, at the console, in the chat and
    /// at the admin socket, as its <see cref="AdminCommand.Place"/> says. A command with the name of another one replaces it.
    /// </summary>
    /// <param name="builder">The server.</param>
    /// <typeparam name="T">The command's class.</typeparam>
    public static IServerLibBuilder AddCommand<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this IServerLibBuilder builder)
        where T : AdminCommand
    {
        ArgumentNullException.ThrowIfNull(builder);

        // Each tree of commands has instances of its own.
        if (builder.Name.Length == 0)
            builder.Services.AddTransient<AdminCommand, T>();
        else
            builder.Services.AddKeyedTransient<AdminCommand, T>(builder.Name);
        return builder;
    }
}
