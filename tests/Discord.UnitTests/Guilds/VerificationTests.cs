using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Members;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;
using Xunit;
using static Discord.UnitTests.Guilds.Guildhall;

namespace Discord.UnitTests.Guilds;

public sealed class VerificationTests
{
    private static readonly Snowflake s_old = Snowflake.FirstAt(Noon.AddYears(-1));

    [Theory]
    [InlineData(0, false, 0, 0, true)]
    [InlineData(1, false, 99, 99, false)]
    [InlineData(1, true, 0, 0, true)]
    [InlineData(2, true, 4, 4, false)]
    [InlineData(2, false, 5, 5, false)]
    [InlineData(2, true, 5, 0, true)]
    [InlineData(3, true, 99, 9, false)]
    [InlineData(3, true, 99, 10, true)]
    [InlineData(3, true, 4, 10, false)]
    [InlineData(4, true, 9_999, 9_999, false)]
    public async Task Each_level_asks_for_what_the_ones_below_it_ask_too(int level, bool verified, int accountMinutes, int memberMinutes, bool satisfied)
    {
        var member = Member(Snowflake.FirstAt(Noon.AddMinutes(-accountMinutes)).Value) with { JoinedAt = Timestamp.From(Noon.AddMinutes(-memberMinutes)) };

        Assert.Equal(satisfied, await For(verified).IsSatisfiedAsync(AtLevel(level), member, Noon));
    }

    [Fact]
    public async Task Members_with_a_role_the_flag_or_the_owners_hat_and_bots_are_not_asked()
    {
        var state = AtLevel(4);

        Assert.True(await For(verified: false).IsSatisfiedAsync(state, Member(s_old.Value, new Snowflake(50)), Noon));
        Assert.True(await For(verified: false).IsSatisfiedAsync(state, Member(s_old.Value) with { Flags = Verification.BypassFlag }, Noon));
        Assert.True(await For(verified: false).IsSatisfiedAsync(state, Member(Owner.Value), Noon));
        Assert.True(await For(verified: false, bot: true).IsSatisfiedAsync(state, Member(s_old.Value), Noon));
        Assert.False(await For(verified: true).IsSatisfiedAsync(state, Member(s_old.Value), Noon));
    }

    private static GuildState AtLevel(int level)
    {
        var state = Guild(Permissions.DefaultEveryone, Role(50, 1));
        return state.With(settings: state.Settings with { VerificationLevel = level });
    }

    private static Verification For(bool verified, bool bot = false) => new(new Mediator(type =>
        type == typeof(IRequestHandler<GetUser, User?>) ? new OneUser(bot)
        : type == typeof(IRequestHandler<GetAccountStanding, AccountStanding?>) ? new OneStanding(verified)
        : Array.CreateInstance(type.GetGenericArguments()[0], 0)));

    private sealed class OneUser(bool bot) : IRequestHandler<GetUser, User?>
    {
        public Task<User?> Handle(GetUser request, CancellationToken cancellationToken) =>
            Task.FromResult<User?>(new User { Id = request.UserId, Username = "somebody", Bot = bot ? true : null });
    }

    private sealed class OneStanding(bool verified) : IRequestHandler<GetAccountStanding, AccountStanding?>
    {
        public Task<AccountStanding?> Handle(GetAccountStanding request, CancellationToken cancellationToken) =>
            Task.FromResult<AccountStanding?>(new AccountStanding(verified, new Timestamp(request.UserId.CreatedAt)));
    }
}
