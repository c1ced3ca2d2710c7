// SPDX-License-Identifier: MIT
#include "mail_transport.hpp"

#include "refusal.hpp"
#include "system_text.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace till_server {

namespace {

constexpr long connect_timeout_s = 10;
constexpr long send_timeout_s = 60;

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<size_t>(written));
    }
    return true;
}

class DirectoryTransport : public MailTransport {
public:
    explicit DirectoryTransport(std::string directory) : directory_(std::move(directory)) {}

    MailEncoding encoding() const override { return MailEncoding::eight_bit; }

    Delivery deliver(const std::string&, const std::string&, const std::string& name,
                     const std::string& mail) override {
        const std::string temporary = directory_ + "/." + name + ".tmp";
        const std::string final_path = directory_ + "/" + name + ".eml";
        ::unlink(temporary.c_str());  // of a run that was killed
        const int descriptor =
            ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (descriptor < 0) return {system_text(errno), false};
        // The umask may have narrowed the mode; nothing may widen it.
        bool written = ::fchmod(descriptor, 0600) == 0 && write_all(descriptor, mail) &&
                       ::fsync(descriptor) == 0;
        int error = errno;
        if (::close(descriptor) != 0 && written) {
            written = false;
            error = errno;
        }
        if (written && ::rename(temporary.c_str(), final_path.c_str()) == 0) return {};
        if (written) error = errno;
        ::unlink(temporary.c_str());
        return {system_text(error), false};
    }

private:
    std::string directory_;
};

struct Upload {
    std::string_view left;
    static size_t read(char* buffer, size_t size, size_t count, void* userdata) {
        auto* upload = static_cast<Upload*>(userdata);
        const size_t length = std::min(size * count, upload->left.size());
        std::memcpy(buffer, upload->left.data(), length);
        upload->left.remove_prefix(length);
        return length;
    }
};

struct CurlCleanup {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

class SmtpTransport : public MailTransport {
public:
    explicit SmtpTransport(const MailConfig& config) : config_(config) {
        static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
        if (initialised != CURLE_OK) throw Refusal("libcurl cannot be initialised.");
    }

    MailEncoding encoding() const override { return MailEncoding::quoted_printable; }

    Delivery deliver(const std::string& from, const std::string& to, const std::string&,
                     const std::string& mail) override {
        // One handle for all mails: it keeps the connection while there are more.
        if (!curl_) curl_.reset(curl_easy_init());
        CURL* curl = curl_.get();
        const std::unique_ptr<curl_slist, CurlCleanup> recipients(
            curl_slist_append(nullptr, ("<" + to + ">").c_str()));
        if (curl == nullptr || !recipients) return {"out of memory", false};
        Upload upload{mail};
        const std::string sender = "<" + from + ">";
        curl_easy_reset(curl);
        curl_easy_setopt(curl, CURLOPT_URL, config_.smtp_url.c_str());
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        curl_easy_setopt(curl, CURLOPT_USE_SSL,
                         static_cast<long>(config_.smtp_plain ? CURLUSESSL_TRY : CURLUSESSL_ALL));
        curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        if (!config_.smtp_user.empty()) {
            curl_easy_setopt(curl, CURLOPT_USERNAME, config_.smtp_user.c_str());
            curl_easy_setopt(curl, CURLOPT_PASSWORD, config_.smtp_password.c_str());
        }
        curl_easy_setopt(curl, CURLOPT_MAIL_FROM, sender.c_str());
        curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
        curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, &Upload::read);
        curl_easy_setopt(curl, CURLOPT_READDATA, &upload);
        curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_timeout_s);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT, send_timeout_s);
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);  // the signals are the server's
        const CURLcode code = curl_easy_perform(curl);
        if (code == CURLE_OK) return {};
        long response = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response);
        std::string reason = curl_easy_strerror(code);
        if (response != 0)
            reason += " (the mail server's last answer was " + std::to_string(response) + ")";
        curl_.reset();
        // Only what was said of this mail is final: a server that greets with 554 or refuses the
        // login may take it tomorrow.
        const bool of_mail =
            code == CURLE_SEND_ERROR || (code == CURLE_WEIRD_SERVER_REPLY && upload.left.empty());
        return {reason, of_mail && response >= 500 && response < 600};
    }

private:
    MailConfig config_;
    std::unique_ptr<CURL, CurlCleanup> curl_;
};

}  // namespace

std::unique_ptr<MailTransport> make_directory_transport(const std::string& directory) {
    struct stat status {};
    if (::stat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) ||
        ::access(directory.c_str(), W_OK | X_OK) != 0) {
        throw Refusal("--mail-dir " + directory +
                      " is no directory that this program may write to. Make it: mkdir -m 700 " +
                      directory);
    }
    return std::make_unique<DirectoryTransport>(directory);
}

std::unique_ptr<MailTransport> make_smtp_transport(const MailConfig& config) {
    return std::make_unique<SmtpTransport>(config);
}

}  // namespace till_server
