using Microsoft.Extensions.Logging;
using ServerLib;
using ServerLib.PostgreSql;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps the accounts of a server in PostgreSQL.</summary>
public static class PostgreSqlBuilderExtensions
{
    /// <summary>
    /// Keeps accounts, keys, stamps, invitations and bans in PostgreSQL. When the server starts, it connects, and creates or migrates the schema.
    /// </summary>
    /// <param name="builder">The server.</param>
    /// <param name="connectionString">The connection string, see <see cref="PostgreSqlUserDatabase"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="connectionString"/> is not valid. The message does not contain it.</exception>
    public static IServerLibBuilder AddPostgreSql(this IServerLibBuilder builder, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!PostgreSqlUserDatabase.IsValidConnectionString(connectionString))
        {
            throw new ArgumentException(
                "This is not a valid connection string, such as 'Host=localhost;Database=serverlib;Username=serverlib;Password=...'.",
                nameof(connectionString));
        }

        return builder.UseUserDatabase<PostgreSqlUserDatabase>().Use(services => new PostgreSqlUserDatabase(
            connectionString,
            services.GetRequiredService<IPasswordHasher>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<PostgreSqlUserDatabase>>(),
            services.GetService<AuditTrail>(),
            services.GetRequiredService<ServerProblems>()));
    }
}
