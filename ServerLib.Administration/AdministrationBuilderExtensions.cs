using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ServerLib;
using ServerLib.Administration;
using ServerLib.Administration.Commands;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the admin commands to a server.</summary>
public static class AdministrationBuilderExtensions
{
    /// <summary>
    /// Adds the admin commands. Admins can then send them over their own connections. The application can run them with
    /// <see cref="AdminCommandRunner"/>, for example for a console.
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
                AdminCommandList.Create(services),
                services.GetRequiredService<ILogger<AdminCommandRunner>>(),
                services.GetService<AuditTrail>()));
    }
}
