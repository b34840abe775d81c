using Discord.BuildingBlocks.Storage;

namespace Discord.IntegrationTests.Sites;

/// <summary>Waits for what follows from the outbox, looking again after each commit instead of after some time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    public static async Task HoldsAsync(Database database, Func<Task<bool>> condition)
    {
        var before = database.Committed;
        var commit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        database.Committed = items =>
        {
            before?.Invoke(items);
            Volatile.Read(ref commit).TrySetResult();
        };
        try
        {
            while (true)
            {
                var next = Volatile.Read(ref commit).Task;
                if (await condition())
                    return;
                await next.WaitAsync(s_patience);
                Volatile.Write(ref commit, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }
        finally
        {
            database.Committed = before;
        }
    }
}
