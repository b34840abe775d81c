using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Protocol;
using Xunit;

namespace Discord.UnitTests.Messaging;

public sealed class MentionsTests
{
    private static readonly Role s_open = new() { Id = new Snowflake(50), Name = "open", Permissions = Permissions.None, Mentionable = true };
    private static readonly Role s_closed = new() { Id = new Snowflake(51), Name = "closed", Permissions = Permissions.None };

    [Theory]
    [InlineData("hello", "", "", false)]
    [InlineData("", "", "", false)]
    [InlineData("<@1>", "1", "", false)]
    [InlineData("<@!1>", "1", "", false)]
    [InlineData("a<@1>b <@2><@1>", "1 2", "", false)]
    [InlineData("<@&50>", "", "50", false)]
    [InlineData("<@&50> <@50>", "50", "50", false)]
    [InlineData("@everyone", "", "", true)]
    [InlineData("hey @here!", "", "", true)]
    [InlineData("@everyones", "", "", false)]
    [InlineData("everyone", "", "", false)]
    [InlineData("<@>", "", "", false)]
    [InlineData("<@0>", "", "", false)]
    [InlineData("<@x>", "", "", false)]
    [InlineData("<@ 1>", "", "", false)]
    [InlineData("<@1", "", "", false)]
    [InlineData("<#1>", "", "", false)]
    [InlineData("<@99999999999999999999>", "", "", false)]
    [InlineData("<@123456789012345678901>", "", "", false)]
    public void A_text_names_people_roles_and_everybody(string content, string users, string roles, bool everyone)
    {
        var found = Mentions.Find(content);

        Assert.Equal((users, roles, everyone), (string.Join(' ', found.Users), string.Join(' ', found.Roles), found.Everyone));
    }

    [Fact]
    public void A_text_names_a_hundred_of_each_at_most()
    {
        var found = Mentions.Find(string.Concat(Enumerable.Range(1, 150).Select(id => $"<@{id}><@&{id}>")));

        Assert.Equal(Enumerable.Range(1, 100).Select(id => (ulong)id), found.Users.Select(id => id.Value));
        Assert.Equal(100, found.Roles.Count);
    }

    [Theory]
    [InlineData(Permissions.None, "50", false)]
    [InlineData(Permissions.MentionEveryone, "50 51", true)]
    public void Who_may_not_mention_everyone_pings_only_roles_that_let_themselves_be(Permissions held, string roles, bool everyone)
    {
        var permitted = Mentions.Find("<@&50> <@&51> <@&52> @everyone <@9>").Permit(null, Access(held));

        Assert.Equal((roles, everyone, "9"), (string.Join(' ', permitted.Roles), permitted.Everyone, string.Join(' ', permitted.Users)));
    }

    [Theory]
    [InlineData("", "", "", "", "", false)]
    [InlineData("users", "", "", "1 2", "", false)]
    [InlineData("roles", "", "", "", "50 51", false)]
    [InlineData("everyone", "", "", "", "", true)]
    [InlineData("users roles everyone", "", "", "1 2", "50 51", true)]
    [InlineData("", "2 3", "", "2", "", false)]
    [InlineData("", "", "51 52", "", "51", false)]
    [InlineData("users", "", "50", "1 2", "50", false)]
    public void Allowed_mentions_leave_out_the_rest(string parse, string users, string roles, string expectedUsers, string expectedRoles, bool everyone)
    {
        var allowed = new AllowedMentions(Words(parse).ToHashSet(), Ids(users), Ids(roles), false);

        var permitted = Mentions.Find("<@1> <@2> <@&50> <@&51> @here").Permit(allowed, Access(Permissions.MentionEveryone));

        Assert.Equal((expectedUsers, expectedRoles, everyone), (string.Join(' ', permitted.Users), string.Join(' ', permitted.Roles), permitted.Everyone));
    }

    [Fact]
    public void In_a_direct_message_there_is_no_everyone_and_no_role()
    {
        var access = Access(Permissions.All) with { GuildId = null, Home = new Home([]) };

        var permitted = Mentions.Find("@everyone <@&50> <@1>").Permit(null, access);

        Assert.Equal((0, false, 1), (permitted.Roles.Count, permitted.Everyone, permitted.Users.Count));
    }

    [Fact]
    public void A_text_that_names_nobody_costs_nothing() => Assert.Same(Mentions.None, Mentions.Find("hello").Permit(null, Access(Permissions.None)));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static HashSet<Snowflake> Ids(string text) => [.. Words(text).Select(word => new Snowflake(ulong.Parse(word)))];

    private static ChannelAccess Access(Permissions held) =>
        new(new Snowflake(3), ChannelType.GuildText, new Snowflake(2), held, 0, null, [], null, new Home([s_open, s_closed]));

    private sealed class Home(IReadOnlyList<Role> roles) : IChannelHome
    {
        public Snowflake? LastMessageId { get; set; }

        public Timestamp? LastPinTimestamp { get; set; }

        public Role? FindRole(Snowflake roleId) => roles.FirstOrDefault(role => role.Id == roleId);

        public Member? FindMember(Snowflake userId) => null;

        public Moderation? Moderate(Snowflake authorId, string content, int mentions, bool isEdit) => null;
    }
}
