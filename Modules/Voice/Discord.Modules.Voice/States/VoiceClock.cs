using Discord.BuildingBlocks;
using Discord.Protocol;

namespace Discord.Modules.Voice.States;

/// <summary>Each second: whose timeout ended may speak again, and people who have been silent for as long as their guild says go to its AFK channel.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Guild, "afk_timeout". Silent is who neither spoke nor sent op 4; bots, those who show something, and those on a stage are left alone.
/// </remarks>
internal sealed class VoiceClock(VoiceRosters rosters, VoiceChanges changes, SeatReviews reviews, TimeProvider clock) : IStartup, IAsyncDisposable
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private DateTimeOffset _last = clock.GetUtcNow();
    private ITimer? _timer;

    public ValueTask StartAsync(CancellationToken cancellationToken)
    {
        _timer = clock.CreateTimer(_ => Tick(), null, s_every, s_every);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Tick()
    {
        lock (_gate)
        {
            var (last, now) = (_last, clock.GetUtcNow());
            _last = now;
            foreach (var (guildId, roster) in rosters.All)
            {
                foreach (var seat in roster.Seats)
                {
                    if (seat.Member?.CommunicationDisabledUntil is { } until && until.Time > last && until.Time <= now)
                        reviews.Ask(guildId, seat.UserId);
                    if (roster.Afk is { } afk && seat.ChannelId != afk.ChannelId && IsIdle(seat, now - afk.Timeout))
                        MoveAway(guildId, seat, now);
                }
            }
        }
    }

    private static bool IsIdle(Seat seat, DateTimeOffset since) => seat.Activity.At <= since && seat is { IsBot: false, SelfVideo: false, SelfStream: false };

    private void MoveAway(Snowflake guildId, Seat seat, DateTimeOffset now)
    {
        // Tried once in as long a time.
        seat.Activity.Note(now);
        changes.Start(() => changes.ChangeInGuildAsync(guildId, seat.UserId, (turn, roster, before) =>
            before?.Token == seat.Token && turn.FindChannel(before.ChannelId)?.Type == ChannelType.GuildVoice && turn.AfkChannelId is { } id && turn.FindChannel(id) is { } afk && roster.CountIn(id) < SeatRules.MaxPeople
                ? VoiceChanges.Seated(turn, before, afk)
                : before, CancellationToken.None));
    }
}
