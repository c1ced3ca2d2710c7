// SPDX-License-Identifier: MIT
#include "c_api/accounts.hpp"
#include "domain/sample_images.hpp"

#include <functional>
#include <vector>

using namespace abi;

namespace {

till_status update(till_store* store, const till_call& call, const till_user_update_in& in,
                   Owned<till_user>& user, const till_error** err) {
    return till_user_update(store, &call, &in, Out(user), err);
}

till_user_update_in change(std::int64_t user_id, std::uint64_t mask) {
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = user_id;
    in.mask = mask;
    return in;
}

std::vector<std::string> names(till_store* store, till_user_query query) {
    const till_call system = as_system();
    std::vector<std::string> found;
    std::string cursor;
    do {
        query.cursor = str(cursor);
        Owned<till_user_page> page;
        Err err;
        REQUIRE(till_user_list(store, &system, &query, Out(page), err) == TILL_OK);
        for (std::size_t i = 0; i < page->count; ++i) {
            CHECK(page->items[i] == page->first + i);
            found.emplace_back(view(page->items[i]->username));
        }
        cursor = view(page->next_cursor);
    } while (!cursor.empty());
    return found;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a user is created with all his fields and read back") {
    const TestStore store;
    const till_call system = as_system();
    till_user_create_in in = TILL_USER_CREATE_IN_INIT;
    in.username = str("alice");
    in.email = str("alice@example.com");
    in.password = str(good_password);
    in.first_name = str("Alice");
    in.last_name = str("Ash");
    in.phone_no = str("+4512345678");
    in.address = str("Street 1\nTown");
    in.locale = str("da");
    in.is_staff = 1;
    in.email_verified = 1;
    Owned<till_user> user;
    Err err;
    REQUIRE(till_user_create(store, &system, &in, Out(user), err) == TILL_OK);
    const auto again = get_user(store, user->id);
    for (const till_user* each : {user.get(), again.get()}) {
        CHECK(view(each->username) == "alice");
        CHECK(view(each->email) == "alice@example.com");
        CHECK(view(each->first_name) == "Alice");
        CHECK(view(each->last_name) == "Ash");
        CHECK(view(each->phone_no) == "+4512345678");
        CHECK(view(each->address) == "Street 1\nTown");
        CHECK(view(each->locale) == "da");
        CHECK(each->image_name.data == nullptr);
        CHECK(each->version == 1);
        CHECK(each->created_us == start_time);
        CHECK(each->last_login_us == TILL_TIME_NONE);
        CHECK(each->deleted_us == TILL_TIME_NONE);
        CHECK(each->is_active == 1);
        CHECK(each->is_staff == 1);
        CHECK(each->is_superuser == 0);
        CHECK(each->email_verified == 1);
        CHECK(each->has_password == 1);
    }
}

TEST_CASE("a repeated create with the same key gives the same user once") {
    const TestStore store;
    till_call call = as_system();
    call.idempotency_key = str("import-1");
    till_user_create_in in = TILL_USER_CREATE_IN_INIT;
    in.username = str("alice");
    in.password = str(good_password);
    Owned<till_user> first;
    Owned<till_user> second;
    Err err;
    REQUIRE(till_user_create(store, &call, &in, Out(first), err) == TILL_OK);
    CHECK(first->replayed == 0);
    REQUIRE(till_user_create(store, &call, &in, Out(second), err) == TILL_OK);
    CHECK(second->replayed == 1);
    CHECK(second->id == first->id);
    in.password = str("An0ther-pass!word");
    CHECK(till_user_create(store, &call, &in, Out(second), err) == TILL_E_IDEMPOTENCY_MISMATCH);
    in.password = str(good_password);
    in.first_name = str("Al");
    CHECK(till_user_create(store, &call, &in, Out(second), err) == TILL_E_IDEMPOTENCY_MISMATCH);
}

TEST_CASE(
    "[AU-7] only the system imports hashes and vouches for addresses; roles need a superuser") {
    const TestStore store;
    const std::int64_t root = create_user(store, "root", "", false, true);
    const till_call call = as_user(root);
    till_user_create_in in = TILL_USER_CREATE_IN_INIT;
    in.username = str("alice");
    in.email = str("alice@example.com");
    in.email_verified = 1;
    Owned<till_user> user;
    Err err;
    CHECK(till_user_create(store, &call, &in, Out(user), err) == TILL_E_PERMISSION);
    in.email_verified = 0;
    in.password_hash = str("pbkdf2_sha256$1$salt$AAAA");
    CHECK(till_user_create(store, &call, &in, Out(user), err) == TILL_E_PERMISSION);
    in.password_hash = str("");
    in.is_superuser = 1;
    CHECK(till_user_create(store, &call, &in, Out(user), err) == TILL_OK);
    CHECK(user->is_superuser == 1);
    CHECK(user->has_password == 0);
}

TEST_CASE("users are found by name and address, whatever their case and spelling") {
    const TestStore store;
    const till_call system = as_system();
    const std::int64_t id = create_user(store, "Jos\xC3\xA9", "Jose@Example.com");
    till_user_find_in in = TILL_USER_FIND_IN_INIT;
    Owned<till_user> user;
    Err err;
    in.username = str("JOSE\xCC\x81");
    REQUIRE(till_user_find(store, &system, &in, Out(user), err) == TILL_OK);
    CHECK(user->id == id);
    CHECK(view(user->username) == "Jos\xC3\xA9");
    in.username = str("");
    in.email = str("jose@EXAMPLE.com");
    REQUIRE(till_user_find(store, &system, &in, Out(user), err) == TILL_OK);
    CHECK(user->id == id);
    in.email = str("nobody@example.com");
    CHECK(till_user_find(store, &system, &in, Out(user), err) == TILL_E_NOT_FOUND);
    in.email = str("\xFF");
    CHECK(till_user_find(store, &system, &in, Out(user), err) == TILL_E_NOT_FOUND);
    in.email = str("");
    CHECK(till_user_find(store, &system, &in, Out(user), err) == TILL_E_VALIDATION);
    in.email = str("a@b.co");
    in.username = str("a");
    CHECK(till_user_find(store, &system, &in, Out(user), err) == TILL_E_VALIDATION);
}

TEST_CASE("users are listed newest first, or by the prefix of a name or an address, in pages") {
    const TestStore store;
    for (const char* name : {"anna", "Ann", "bob", "annika", "carl", "ANNE"}) {
        create_user(store, name, std::string(name) + "@mail.example");
    }
    till_user_query query = TILL_USER_QUERY_INIT;
    query.limit = 2;
    CHECK(names(store, query) == Names{"ANNE", "carl", "annika", "bob", "Ann", "anna"});
    query.username_prefix = str("aNN");
    CHECK(names(store, query) == Names{"Ann", "anna", "ANNE", "annika"});
    query.limit = 1;
    CHECK(names(store, query) == Names{"Ann", "anna", "ANNE", "annika"});
    query.username_prefix = str("annika!");
    CHECK(names(store, query).empty());
    query.username_prefix = str("");
    query.email_prefix = str("ann");
    CHECK(names(store, query) == Names{"Ann", "anna", "ANNE", "annika"});
    query.email_prefix = str("ann@");
    CHECK(names(store, query) == Names{"Ann"});

    const till_call system = as_system();
    Owned<till_user_page> page;
    Err err;
    query.username_prefix = str("a");
    CHECK(till_user_list(store, &system, &query, Out(page), err) == TILL_E_VALIDATION);
    query.email_prefix = str("");
    REQUIRE(till_user_list(store, &system, &query, Out(page), err) == TILL_OK);
    const std::string cursor(view(page->next_cursor));
    query.cursor = str(cursor);
    query.username_prefix = str("b");
    CHECK(till_user_list(store, &system, &query, Out(page), err) == TILL_E_CURSOR);
    query.username_prefix = str("\xFF");
    CHECK(till_user_list(store, &system, &query, Out(page), err) == TILL_E_VALIDATION);
}

TEST_CASE("an update touches what its mask names and raises the version") {
    const TestStore store;
    const std::int64_t id = create_user(store, "alice", "alice@example.com");
    const till_call call = as_user(id);
    till_user_update_in in = change(0, TILL_USER_FIRST_NAME | TILL_USER_PHONE_NO);
    in.first_name = str("Al");
    in.last_name = str("ignored");
    in.phone_no = str("123");
    Owned<till_user> user;
    Err err;
    REQUIRE(update(store, call, in, user, err) == TILL_OK);
    CHECK(view(user->first_name) == "Al");
    CHECK(view(user->last_name).empty());
    CHECK(view(user->phone_no) == "123");
    CHECK(view(user->email) == "alice@example.com");
    CHECK(user->version == 2);
    // The same again changes nothing.
    REQUIRE(update(store, call, in, user, err) == TILL_OK);
    CHECK(user->version == 2);

    in.if_version = 1;
    in.first_name = str("Alice");
    CHECK(update(store, call, in, user, err) == TILL_E_PRECONDITION);
    in.if_version = 2;
    REQUIRE(update(store, call, in, user, err) == TILL_OK);
    CHECK(user->version == 3);

    in = change(0, 0x800);
    CHECK(update(store, call, in, user, err) == TILL_E_UNSUPPORTED_FIELD);
    const std::string long_name(51, 'x');
    in = change(0, TILL_USER_USERNAME | TILL_USER_EMAIL | TILL_USER_FIRST_NAME | TILL_USER_LOCALE);
    in.username = str("a b");
    in.email = str("broken@");
    in.first_name = str(long_name);
    in.locale = str("da_DK");
    CHECK(update(store, call, in, user, err) == TILL_E_VALIDATION);
    CHECK(err.violations() ==
          "/username:invalid /email:invalid /first_name:too_long /locale:invalid");
}

TEST_CASE("one's own name in other letters is no conflict, another's is") {
    const TestStore store;
    const std::int64_t alice = create_user(store, "alice", "alice@example.com");
    const std::int64_t bob = create_user(store, "bob", "bob@example.com");
    const till_call system = as_system();
    till_user_update_in proved = change(bob, TILL_USER_EMAIL_VERIFIED);
    proved.email_verified = 1;
    Owned<till_user> user;
    Err err;
    REQUIRE(update(store, system, proved, user, err) == TILL_OK);
    const till_call call = as_user(alice);
    till_user_update_in in = change(0, TILL_USER_USERNAME | TILL_USER_EMAIL);
    in.username = str("alice");
    in.email = str("alice@example.com");
    REQUIRE(update(store, call, in, user, err) == TILL_OK);
    in.username = str("ALICE");
    REQUIRE(update(store, call, in, user, err) == TILL_OK);
    CHECK(view(user->username) == "ALICE");
    in.username = str("BOB");
    in.email = str("BOB@example.com");
    CHECK(update(store, call, in, user, err) == TILL_E_ALREADY_EXISTS);
    CHECK(err.violations() == "/username:taken /email:taken");
    CHECK(view(get_user(store, alice)->username) == "ALICE");
    // An address may be given up, and then is free.
    in = change(0, TILL_USER_EMAIL);
    REQUIRE(update(store, call, in, user, err) == TILL_OK);
    CHECK(user->email.data == nullptr);
    CHECK(create_user(store, "carol", "alice@example.com") > 0);
}

TEST_CASE("a new address is unverified, the same in other letters stays verified") {
    const TestStore store;
    const std::int64_t id = create_user(store, "alice", "alice@example.com");
    const till_call system = as_system();
    till_user_update_in in = change(id, TILL_USER_EMAIL_VERIFIED);
    in.email_verified = 1;
    Owned<till_user> user;
    Err err;
    REQUIRE(update(store, system, in, user, err) == TILL_OK);
    CHECK(user->email_verified == 1);
    const till_call call = as_user(id);
    in = change(0, TILL_USER_EMAIL);
    in.email = str("Alice@Example.com");
    REQUIRE(update(store, call, in, user, err) == TILL_OK);
    CHECK(user->email_verified == 1);
    set(store, "email_verification", "off");
    in.email = str("al@example.com");
    REQUIRE(update(store, call, in, user, err) == TILL_OK);
    CHECK(user->email_verified == 0);
    in = change(id, TILL_USER_EMAIL | TILL_USER_EMAIL_VERIFIED);
    in.email_verified = 1;
    CHECK(update(store, system, in, user, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/email_verified:conflict");
}

TEST_CASE("the last active superuser is neither demoted nor deactivated nor deleted") {
    const TestStore store;
    const std::int64_t root = create_user(store, "root", "", false, true);
    const till_call system = as_system();
    Owned<till_user> user;
    Err err;
    const auto all_refused = [&] {
        for (const std::uint64_t field : {TILL_USER_IS_SUPERUSER, TILL_USER_IS_ACTIVE}) {
            CHECK(update(store, system, change(root, field), user, err) == TILL_E_CONFLICT);
            CHECK(err.code() == "last_superuser");
        }
        till_user_delete_in in = TILL_USER_DELETE_IN_INIT;
        in.user_id = root;
        CHECK(till_user_delete(store, &system, &in, err) == TILL_E_CONFLICT);
        CHECK(err.code() == "last_superuser");
    };
    all_refused();
    const std::int64_t second = create_user(store, "second", "", false, true);
    REQUIRE(update(store, system, change(second, TILL_USER_IS_ACTIVE), user, err) == TILL_OK);
    all_refused();  // an inactive one does not count
    till_user_update_in in = change(second, TILL_USER_IS_ACTIVE);
    in.is_active = 1;
    REQUIRE(update(store, system, in, user, err) == TILL_OK);
    CHECK(update(store, system, change(root, TILL_USER_IS_SUPERUSER), user, err) == TILL_OK);
}

TEST_CASE("deleting leaves a tombstone and frees name and address") {
    const TestStore store;
    const till_call system = as_system();
    const std::int64_t id = create_user(store, "alice", "alice@example.com");
    const std::string picture = till::samples::png(3, 2);
    till_user_image_set_in image = TILL_USER_IMAGE_SET_IN_INIT;
    image.user_id = id;
    image.data = str(picture);
    Owned<till_user> user;
    Err err;
    REQUIRE(till_user_image_set(store, &system, &image, Out(user), err) == TILL_OK);
    const std::string image_name(view(user->image_name));
    till_user_delete_in in = TILL_USER_DELETE_IN_INIT;
    in.user_id = id;
    in.if_version = 1;
    CHECK(till_user_delete(store, &system, &in, err) == TILL_E_PRECONDITION);
    in.if_version = user->version;
    REQUIRE(till_user_delete(store, &system, &in, err) == TILL_OK);

    const auto tombstone = get_user(store, id);
    CHECK(tombstone->deleted_us == start_time);
    CHECK(tombstone->is_active == 0);
    CHECK(tombstone->has_password == 0);
    for (const till_str& text :
         {tombstone->username, tombstone->email, tombstone->first_name, tombstone->last_name,
          tombstone->phone_no, tombstone->address, tombstone->locale, tombstone->image_name}) {
        CHECK(text.data == nullptr);
    }
    Owned<till_image> found;
    CHECK(till_user_image_get(store, nullptr, image_name.data(), image_name.size(), Out(found),
                              err) == TILL_E_NOT_FOUND);
    in.if_version = 0;
    CHECK(till_user_delete(store, &system, &in, err) == TILL_E_NOT_FOUND);
    CHECK(update(store, system, change(id, TILL_USER_FIRST_NAME), user, err) == TILL_E_NOT_FOUND);
    till_user_query query = TILL_USER_QUERY_INIT;
    CHECK(names(store, query).empty());
    const std::int64_t next = create_user(store, "alice", "alice@example.com");
    CHECK(next > id);
}

TEST_CASE("[AU-8] who deletes himself with a token shows his password") {
    const TestStore store;
    create_user(store, "alice");
    const Login alice = login(store, "alice");
    const till_call call = as_token(alice.access);
    till_user_delete_in in = TILL_USER_DELETE_IN_INIT;
    Err err;
    CHECK(till_user_delete(store, &call, &in, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/password:required");
    in.password = str("wrong-password");
    CHECK(till_user_delete(store, &call, &in, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/password:wrong");
    in.password = str(good_password);
    CHECK(till_user_delete(store, &call, &in, err) == TILL_OK);
    CHECK(whoami(store, alice.access) == TILL_E_UNAUTHENTICATED);
    Owned<till_tokens> tokens;
    CHECK(try_login(store, "alice", good_password, tokens, err) == TILL_E_UNAUTHENTICATED);
}

TEST_CASE("[FI-2] an image is kept by its content under a new name each time") {
    const TestStore store;
    const std::int64_t id = create_user(store, "alice");
    const till_call call = as_user(id);
    till_user_image_set_in in = TILL_USER_IMAGE_SET_IN_INIT;
    Owned<till_user> user;
    Owned<till_image> image;
    Err err;
    const auto get = [&](const std::string& name) {
        return till_user_image_get(store, nullptr, name.data(), name.size(), Out(image), err);
    };
    std::string before;
    const std::pair<std::string, std::string> pictures[] = {
        {till::samples::png(3, 2), "image/png"},
        {till::samples::png(3, 2), "image/png"},
        {till::samples::jpeg(3, 2), "image/jpeg"},
        {till::samples::gif(3, 2), "image/gif"},
        {till::samples::webp_lossy(3, 2), "image/webp"}};
    for (const auto& [data, type] : pictures) {
        in.data = str(data);
        REQUIRE(till_user_image_set(store, &call, &in, Out(user), err) == TILL_OK);
        const std::string name(view(user->image_name));
        CHECK(name != before);
        CHECK(name.find('.') == 32);
        REQUIRE(get(name) == TILL_OK);
        CHECK(view(image->data) == data);
        CHECK(view(image->media_type) == type);
        CHECK(view(image->name) == name);
        if (!before.empty()) CHECK(get(before) == TILL_E_NOT_FOUND);
        before = name;
    }
    const std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    in.data = str(svg);
    CHECK(till_user_image_set(store, &call, &in, Out(user), err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/data:invalid_image");
    const std::string huge = till::samples::png(3, 2, 2 * 1024 * 1024);
    in.data = str(huge);
    CHECK(till_user_image_set(store, &call, &in, Out(user), err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/data:too_large");
    REQUIRE(get(before) == TILL_OK);
    in.data = str("");
    REQUIRE(till_user_image_set(store, &call, &in, Out(user), err) == TILL_OK);
    CHECK(user->image_name.data == nullptr);
    CHECK(get(before) == TILL_E_NOT_FOUND);
    CHECK(get("../etc/passwd") == TILL_E_NOT_FOUND);
    CHECK(get("") == TILL_E_NOT_FOUND);
}
