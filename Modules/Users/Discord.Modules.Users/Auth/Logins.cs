using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Users.Accounts;
using Discord.Modules.Users.Storage;

namespace Discord.Modules.Users.Auth;

/// <summary>The end of every login: a token. A disabled account is active again.</summary>
internal sealed class Logins(Database database, Tokens tokens)
{
    private const int MaxAgent = 256;

    public async Task<Reply> FinishAsync(WriteUnit unit, Account account, ApiRequest request)
    {
        if (account.Disabled)
            AccountStore.Update(unit, account with { Disabled = false });
        var token = tokens.Issue(unit, account.Id, null, AgentOf(request));
        await database.CommitAsync(unit);
        return Reply.Ok(new { user_id = account.Id, token, user_settings = new { locale = account.Locale, theme = "dark" } });
    }

    /// <summary>What the session is recognised by in the list of sessions.</summary>
    public static string? AgentOf(ApiRequest request) =>
        request.Http.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent[..Math.Min(agent.Length, MaxAgent)] : null;
}
