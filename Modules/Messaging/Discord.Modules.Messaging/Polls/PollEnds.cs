using System.Globalization;
using System.Text.Json;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Messaging.Polls;

/// <summary>Ends polls when their time has come: the final numbers, and a notice of type 46 with the result.</summary>
/// <remarks>Source: Discord docs, Resources, Poll; Resources, Message, "Embed Fields by Embed Type", poll_result.</remarks>
internal sealed partial class PollEnds(MessageStore store, PollStore polls, OpenPolls open, MessageWire wire, MessagePosting posting, SnowflakeGenerator ids, IMediator mediator, TimeProvider clock, ILogger<PollEnds> logger)
    : BackgroundService, IStartup
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(30);

    async ValueTask IStartup.StartAsync(CancellationToken cancellationToken)
    {
        foreach (var poll in await polls.OpenAsync())
            open.Add(poll);
    }

    /// <summary>Ends an open poll now. Call on the channel's lane.</summary>
    /// <returns>Its message as it is from now on.</returns>
    public async ValueTask<StoredMessage> EndAsync(ChannelAccess access, StoredMessage stored, Poll poll)
    {
        var now = Timestamp.From(clock.GetUtcNow());
        var counts = await polls.CountAsync([stored.Id], default);
        var ended = poll with { Expiry = poll.Expiry.UnixMilliseconds < now.UnixMilliseconds ? poll.Expiry : now, Results = new PollResults([], true) };
        var changed = stored with { Extras = stored.Extras! with { Poll = ended } };
        var message = await wire.WriteAsync(access, changed, default);
        var unit = PollStore.Close(MessageStore.Update(new WriteUnit(), changed), stored.Id).Publish(new MessageUpdated(await wire.ForGatewayAsync(access, message), access.Audience), access.View);
        var notice = new StoredMessage
        {
            ChannelId = access.ChannelId, Id = ids.Next(), AuthorId = stored.AuthorId, Type = MessageType.PollResult, Content = "", ReferenceId = stored.Id, Extras = new MessageExtras { Embeds = [Result(poll, counts)] },
        };
        var users = new Dictionary<Snowflake, User> { [stored.AuthorId] = message.Author };
        await posting.CommitAsync(access, notice, MessageWire.Write(access, notice, users, null), unit);
        return changed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await EndDueAsync(stoppingToken);
                await open.WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async ValueTask EndDueAsync(CancellationToken cancellationToken)
    {
        while (open.TakeDue() is { } poll)
        {
            try
            {
                await EndAsync(poll, cancellationToken);
            }
            catch (Exception e) when (e is InvalidOperationException or System.Data.Common.DbException)
            {
                LogFailed(logger, e, poll.MessageId);
                open.Add(poll with { ExpiresAt = Timestamp.From(clock.GetUtcNow() + s_retry) });
            }
        }
    }

    private async ValueTask EndAsync(OpenPoll poll, CancellationToken cancellationToken)
    {
        using var turn = await mediator.Send(new EnterChannelAsSystem(poll.ChannelId), cancellationToken);
        // Deleted, or ended by its author: then there is nothing left to do.
        if (turn is not null && await store.FindAsync(poll.ChannelId, poll.MessageId) is { Extras.Poll: { Results.IsFinalized: false } asked } stored)
            await EndAsync(turn.Access, stored, asked);
    }

    private static JsonElement Result(Poll poll, List<VoteCount> counts)
    {
        var most = counts.Count == 0 ? 0 : counts.Max(count => count.Count);
        var first = counts.Where(count => count.Count == most).ToList();
        var fields = new List<(string Name, string Value)>
        {
            ("poll_question_text", poll.Question.Text),
            ("victor_answer_votes", most.ToString(CultureInfo.InvariantCulture)),
            ("total_votes", counts.Sum(count => count.Count).ToString(CultureInfo.InvariantCulture)),
        };
        // Nobody wins a draw.
        if (first.Count == 1)
        {
            var victor = poll.Answers.Single(answer => answer.AnswerId == first[0].AnswerId);
            fields.Add(("victor_answer_id", victor.AnswerId.ToString(CultureInfo.InvariantCulture)));
            fields.Add(("victor_answer_text", victor.PollMedia.Text));
            if (victor.PollMedia.Emoji is { } emoji)
            {
                if (emoji.Id is { } id)
                    fields.Add(("victor_answer_emoji_id", id.ToString()));
                fields.Add(("victor_answer_emoji_name", emoji.Name ?? ""));
                fields.Add(("victor_answer_emoji_animated", emoji.Animated == true ? "true" : "false"));
            }
        }

        return JsonSerializer.SerializeToElement(new { type = "poll_result", fields = fields.Select(field => new { name = field.Name, value = field.Value, inline = false }) }, ProtocolJson.Options);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The poll {MessageId} could not be ended; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception e, Snowflake messageId);
}
