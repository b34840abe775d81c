using Discord.Modules.Voice.GoLive;
using Discord.Modules.Voice.Servers;

namespace Discord.Modules.Voice.States;

/// <summary>What voice servers tell: who speaks, and whose connection is lost.</summary>
internal sealed class VoiceReports(VoiceRosters rosters, VoiceChanges changes, LiveStreams streams, TimeProvider clock) : IVoiceReports
{
    public void Connected(string token) => Note(token);

    public void Spoke(string token) => Note(token);

    public void Lost(string token) => changes.Start(() => rosters.OfToken(token) is var (serverId, userId)
        ? changes.LeaveAsync(serverId, userId, seat => seat.Token == token, CancellationToken.None)
        : streams.LoseAsync(token).AsTask());

    private void Note(string token)
    {
        if (rosters.OfToken(token) is var (serverId, userId))
            rosters.Find(serverId, userId)?.Activity.Note(clock.GetUtcNow());
    }
}
