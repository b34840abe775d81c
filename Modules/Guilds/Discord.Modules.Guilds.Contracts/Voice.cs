using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Guilds.Contracts;

/// <summary>Takes a turn on a guild's lane for what happens in its voice channels.</summary>
/// <param name="UserIds">The members who will be asked about.</param>
/// <returns>Null when there is no such guild.</returns>
public sealed record EnterVoice(Snowflake GuildId, IReadOnlyCollection<Snowflake> UserIds) : IRequest<IVoiceTurn?>;

/// <summary>The turn on a guild's lane, and what Voice needs to know there. Disposing hands the turn on.</summary>
public interface IVoiceTurn : IDisposable
{
    IGuildView View { get; }

    /// <summary>A voice or stage channel of the guild; null for any other id.</summary>
    Channel? FindChannel(Snowflake channelId);

    /// <summary>One of the members that were asked for, without the user object; null: no member.</summary>
    Member? FindMember(Snowflake userId);

    /// <summary>What such a member holds in a channel: implicit rules and a timeout are applied. None for others.</summary>
    Permissions InChannel(Snowflake channelId, Snowflake userId);

    /// <summary>What such a member holds in a channel once they are there: a moderator may have let them in where they could not have come. A timeout is applied.</summary>
    Permissions Within(Snowflake channelId, Snowflake userId);

    /// <summary>Where those go who have not spoken for <see cref="AfkTimeout"/>; null: nowhere.</summary>
    Snowflake? AfkChannelId { get; }

    TimeSpan AfkTimeout { get; }
}

/// <summary>The last one left a voice channel: what it said of itself is over. Takes the guild's lane: do not hold it.</summary>
public sealed record ClearVoiceStatus(Snowflake GuildId, Snowflake ChannelId) : IRequest;

/// <summary>Somebody in a voice channel may speak from now on: where a stage is open, its text chat tells. Waits for no lane.</summary>
public sealed record NoteStageSpeaker(Snowflake GuildId, Snowflake ChannelId, Snowflake UserId) : IRequest;
