using System.Data.Common;
using Npgsql;

namespace Discord.BuildingBlocks.Storage;

/// <summary>PostgreSQL: one pipelined batch in one transaction a commit, on one writer connection, so that commits keep their order.</summary>
public sealed class PostgresDatabase(string connectionString) : Database
{
    // Any number will do that nobody else uses in this database.
    private const long WriterLock = 0x4449_5343_4F52_44;

    private readonly NpgsqlDataSource _source = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(connectionString)
    {
        MaxAutoPrepare = 200,
        AutoPrepareMinUsages = 2,
        // Text and bigint go to columns of their own type only; arguments carry their types.
        ApplicationName = "discord",
    }.ToString()).Build();

    private NpgsqlConnection? _writer;

    public override string Engine => "postgres";

    public override async ValueTask<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> map, params object?[] arguments)
    {
        CountQuery(sql);
        try
        {
            return await ReadAsync(sql, map, arguments);
        }
        catch (NpgsqlException e) when (e.IsTransient)
        {
            // A server that was restarted leaves connections behind that fail once. A read may be repeated.
            _source.Clear();
            return await ReadAsync(sql, map, arguments);
        }
    }

    private async ValueTask<List<T>> ReadAsync<T>(string sql, Func<DbDataReader, T> map, object?[] arguments)
    {
        await using var command = _source.CreateCommand(sql);
        foreach (var argument in arguments)
            command.Parameters.Add(new NpgsqlParameter { Value = Argument(argument) });
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            rows.Add(map(reader));
        return rows;
    }

    private protected override async Task OpenAsync(CancellationToken cancellationToken) => _writer = await ConnectWriterAsync(cancellationToken);

    public override bool IsConnected => _writer is { State: System.Data.ConnectionState.Open };

    private protected override async Task ReconnectAsync()
    {
        // The readers' connections broke with the writer's: the pool must not hand them out again.
        _source.Clear();
        if (_writer is not null)
            await _writer.DisposeAsync();
        _writer = null;
        _writer = await ConnectWriterAsync(CancellationToken.None);
    }

    private protected override async Task CloseAsync()
    {
        if (_writer is not null)
            await _writer.DisposeAsync();
        await _source.DisposeAsync();
    }

    private protected override string Dialect(string migration) => migration
        .Replace("{blob}", "BYTEA", StringComparison.Ordinal)
        .Replace("{clustered}", "", StringComparison.Ordinal);

    private protected override async Task ExecuteScriptAsync(string sql)
    {
        await using var transaction = await _writer!.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, _writer, transaction);
        await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    private protected override async ValueTask WriteAsync(IReadOnlyList<WriteUnit> units)
    {
        // A batch without an explicit transaction is one implicit transaction: committed whole or not at all, in one round trip.
        await using var batch = new NpgsqlBatch(_writer);
        foreach (var unit in units)
        {
            foreach (var statement in unit.Statements)
            {
                var command = new NpgsqlBatchCommand(statement.Sql);
                foreach (var argument in statement.Arguments)
                    command.Parameters.Add(new NpgsqlParameter { Value = Argument(argument) });
                batch.BatchCommands.Add(command);
            }
        }

        await batch.ExecuteNonQueryAsync();
    }

    // Two servers on one database would each hand out the next position and decide from their own memory: the second is refused here.
    // The wait is for a server that was killed just now: its connection lets go of the lock when PostgreSQL notices.
    private async Task<NpgsqlConnection> ConnectWriterAsync(CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand($"SET lock_timeout = '5s'; SELECT pg_advisory_lock({WriterLock}); RESET lock_timeout", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch (Exception e)
        {
            await connection.DisposeAsync();
            if (e is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable })
                throw new InvalidOperationException("Another server has this PostgreSQL database open.", e);
            throw;
        }
    }

    private protected override Exception Translate(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } unique
            ? new UniqueViolationException(unique.ConstraintName ?? unique.MessageText, unique)
            : exception;
}
