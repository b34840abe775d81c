using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Integrations;
using Discord.Modules.Guilds.Roles;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Invites;

/// <summary>Adds a bot by consent, with a managed role that carries what was granted. To one that is there already, its role's permissions are granted anew.</summary>
/// <remarks>Source: protocol.md 1.1, OAuth2: the role is made only if permissions were asked for. Only bits that the adder holds are granted, or taken; a role that does not stand below the adder's stays as it is.</remarks>
internal sealed class AddBotToGuildHandler(GuildHomes homes, GuildStore store, Joins joins, IntegrationWire integrations, AuditTrail audit, SnowflakeGenerator ids) : IRequestHandler<AddBotToGuild, Result<Guild>>
{
    public async Task<Result<Guild>> Handle(AddBotToGuild request, CancellationToken cancellationToken)
    {
        var entered = await homes.EnterAsync(request.GuildId, request.AdderId, Permissions.ManageGuild, cancellationToken);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (await turn.Home.Members.ContainsAsync(request.Bot.Id))
            return await GrantAnewAsync(turn, request);
        if (await store.FindBanAsync(request.GuildId, request.Bot.Id) is not null)
            return ApiError.UserBanned;
        if (turn.Home.Members.Count >= turn.State.Settings.MaxMembers)
            return ApiError.MaximumMembers;

        var state = turn.State;
        var unit = new WriteUnit();
        IReadOnlyList<Snowflake> roles = MemberState.NoRoles;
        var granted = request.Permissions & turn.Permissions;
        if (granted != Permissions.None)
        {
            var role = new Role
            {
                Id = ids.Next(),
                Name = request.Bot.Username,
                Permissions = granted,
                Position = 1,
                Managed = true,
                Tags = new RoleTags { BotId = request.Bot.Id },
            };
            if (state.Roles.Count >= RoleChanges.Max)
                return ApiError.MaximumRoles;
            state = RoleChanges.Insert(state, role, unit);
            roles = [role.Id];
        }

        var integration = new GuildIntegration { Id = ids.Next(), ApplicationId = request.ApplicationId, BotId = request.Bot.Id, AddedBy = request.AdderId, Scopes = request.Scopes };
        state = await integrations.AddAsync(unit, state, integration);
        audit.Write(unit, turn, state, AuditLogEvent.BotAdd, request.Bot.Id, null);
        audit.Write(unit, turn, state, AuditLogEvent.IntegrationCreate, integration.Id, null, AuditChanges.Between(null, integration.Audited));
        unit.Then(() => turn.Home.State = state);
        await joins.AddAsync(turn.Home, state, new MemberState(request.Bot.Id, null, roles, Timestamp.From(homes.Now), null, 0), unit);
        return state.Wire;
    }

    private async Task<Guild> GrantAnewAsync(GuildTurn turn, AddBotToGuild request)
    {
        var old = turn.State.Roles.Values.FirstOrDefault(role => role.Tags?.BotId == request.Bot.Id);
        if (old is null || request.Permissions == Permissions.None || !turn.IsAbove(old))
            return turn.State.Wire;
        var role = old with { Permissions = (old.Permissions & ~turn.Permissions) | (request.Permissions & turn.Permissions) };
        if (role == old)
            return turn.State.Wire;
        var unit = new WriteUnit();
        var next = RoleChanges.WriteUpdated([role], turn.State.WithRole(role), unit);
        await turn.CommitAsync(audit.Write(unit, turn, next, AuditLogEvent.RoleUpdate, role.Id, null, AuditChanges.Between(old, role)), next);
        return next.Wire;
    }
}
