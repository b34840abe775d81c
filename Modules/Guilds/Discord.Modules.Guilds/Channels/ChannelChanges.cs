using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Channels;

/// <summary>Changes of a guild's channels that are made together, and the state they lead to.</summary>
/// <remarks>Channels synchronised with their category follow its overwrites: a copy at the moment of the change, not inheritance (protocol.md 4.2).</remarks>
internal sealed class ChannelChanges(GuildState before)
{
    private readonly GuildState _before = before;
    private readonly List<Snowflake> _changed = [];

    /// <summary>The guild after all changes; callers may add their own.</summary>
    public GuildState Next { get; set; } = before;

    public bool Any => _changed.Count > 0;

    public void Set(Channel channel)
    {
        if (Next.Channels[channel.Id] == channel)
            return;
        Next = Next.WithChannel(channel);
        if (!_changed.Contains(channel.Id))
            _changed.Add(channel.Id);
    }

    /// <summary>Gives a channel other overwrites, and when it is a category also the children that had the same as it.</summary>
    public void SetOverwrites(Snowflake channelId, IReadOnlyList<Overwrite> overwrites)
    {
        var channel = Next.Channels[channelId];
        var old = channel.PermissionOverwrites;
        if (Overwrites.Same(old, overwrites))
            return;
        Set(channel with { PermissionOverwrites = overwrites });
        if (channel.Type != ChannelType.GuildCategory)
            return;
        foreach (var child in Next.Channels.Values.Where(child => child.ParentId == channelId && Overwrites.Same(child.PermissionOverwrites, old)).ToList())
            Set(child with { PermissionOverwrites = overwrites });
    }

    /// <summary>Writes into the audit log what the caller did: an entry for each changed channel, and one for each overwrite.</summary>
    public ChannelChanges Log(AuditTrail audit, WriteUnit unit, GuildTurn turn, string? reason)
    {
        foreach (var id in _changed)
        {
            var (old, now) = (_before.Channels[id], Next.Channels[id]);
            if (AuditChanges.Between(old with { PermissionOverwrites = null }, now with { PermissionOverwrites = null }) is { Count: > 0 } changes)
                audit.Write(unit, turn, Next, AuditLogEvent.ChannelUpdate, id, reason, changes);
            var (had, has) = ((old.PermissionOverwrites ?? []).ToDictionary(overwrite => overwrite.Id), (now.PermissionOverwrites ?? []).ToDictionary(overwrite => overwrite.Id));
            foreach (var overwrite in had.Keys.Union(has.Keys))
                Log(audit, unit, turn, id, had.GetValueOrDefault(overwrite), has.GetValueOrDefault(overwrite), reason);
        }

        return this;
    }

    private void Log(AuditTrail audit, WriteUnit unit, GuildTurn turn, Snowflake channelId, Overwrite? old, Overwrite? now, string? reason)
    {
        if (old == now || (old ?? now) is not { } overwrite)
            return;
        var action = old is null ? AuditLogEvent.ChannelOverwriteCreate : now is null ? AuditLogEvent.ChannelOverwriteDelete : AuditLogEvent.ChannelOverwriteUpdate;
        audit.Write(unit, turn, Next, action, channelId, reason, AuditChanges.Between(old, now),
            new AuditLogOptions { Id = overwrite.Id, Type = overwrite.IsRole ? "0" : "1", RoleName = overwrite.IsRole ? Next.Roles.GetValueOrDefault(overwrite.Id)?.Name : null });
    }

    /// <summary>Stores each changed channel and publishes CHANNEL_UPDATE for it.</summary>
    public WriteUnit Write(WriteUnit unit)
    {
        foreach (var channel in _changed.Select(id => Next.Channels.GetValueOrDefault(id)).OfType<Channel>())
            GuildStore.Save(unit, channel).Publish(new ChannelUpdated(Next.WireOf(channel)), Next);
        return unit;
    }
}
