using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Guilds.Home;

/// <summary>What Voice sees of a guild while it holds the turn on its lane.</summary>
internal sealed class VoiceTurn(GuildHomes homes, GuildState state, IReadOnlyDictionary<Snowflake, MemberState> members, Lane.Turn turn) : IVoiceTurn
{
    public IGuildView View => state;

    public Snowflake? AfkChannelId => state.Settings.AfkChannelId;

    public TimeSpan AfkTimeout => TimeSpan.FromSeconds(state.Settings.AfkTimeout);

    public Channel? FindChannel(Snowflake channelId) => state.Channels.TryGetValue(channelId, out var channel) && channel.Type.IsVoice() ? channel : null;

    public Member? FindMember(Snowflake userId) => members.GetValueOrDefault(userId)?.ToWire(null);

    public Permissions InChannel(Snowflake channelId, Snowflake userId) =>
        members.TryGetValue(userId, out var member) && state.Channels.TryGetValue(channelId, out var channel) ? homes.Final(state, channel, member) : Permissions.None;

    public Permissions Within(Snowflake channelId, Snowflake userId) =>
        members.TryGetValue(userId, out var member) && state.Channels.TryGetValue(channelId, out var channel) ? member.Bounded(PermissionEngine.Explicit(state, channel, userId, member.Roles), state, homes.Now) : Permissions.None;

    public void Dispose() => turn.Dispose();
}

internal sealed class EnterVoiceHandler(GuildHomes homes) : IRequestHandler<EnterVoice, IVoiceTurn?>
{
    public async Task<IVoiceTurn?> Handle(EnterVoice request, CancellationToken cancellationToken)
    {
        // Read before the turn is taken; in the turn they are in memory.
        if (await homes.FindAsync(request.GuildId) is not { } home)
            return null;
        await home.Members.FindManyAsync(request.UserIds);
        if (await homes.EnterAsSystemAsync(request.GuildId, cancellationToken) is not { } entered)
            return null;
        try
        {
            return new VoiceTurn(homes, entered.State, (await home.Members.FindManyAsync(request.UserIds)).ToDictionary(member => member.UserId), entered.Turn);
        }
        catch
        {
            // Nobody else could hand it on.
            entered.Turn.Dispose();
            throw;
        }
    }
}
