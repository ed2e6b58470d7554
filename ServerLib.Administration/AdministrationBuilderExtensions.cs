using Microsoft.Extensions.Logging;
using ServerLib;
using ServerLib.Administration;
using ServerLib.Administration.Commands;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the admin commands to a server.</summary>
public static class AdministrationBuilderExtensions
{
    /// <summary>
    /// Adds the admin commands. Admins send them over their own connections. The application runs them with
    /// <see cref="AdminCommandRunner"/>, for example for a console.
    /// </summary>
    /// <param name="builder">The server.</param>
    /// <param name="configure">Changes the options. Default no changes.</param>
    public static IServerLibBuilder AddAdministration(this IServerLibBuilder builder, Action<AdministrationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<AdministrationOptions>();
        if (configure is not null)
            builder.Services.Configure(configure);
        return builder
            .Use<ICommandHandler, ConnectionCommands>()
            .Use(services => new AdminCommandRunner(
                AdminCommandList.Create(services),
                services.GetRequiredService<ILogger<AdminCommandRunner>>(),
                services.GetService<AuditTrail>()));
    }
}
